import io
import os
import tarfile
import tempfile


def pack(path, names):
    tar = tarfile.open(path, "w")
    for name in names:
        info = tarfile.TarInfo(name)
        info.size = len(name)
        tar.addfile(info, io.BytesIO(name.encode()))
    tar.close()
    return os.path.getsize(path)


def touch(path):
    f = open(path, "w")
    f.close()
    return os.path.getsize(path)


with tempfile.TemporaryDirectory() as folder:
    print(pack(os.path.join(folder, "t.tar"), ["a", "bc"]), touch(os.path.join(folder, "empty")))
