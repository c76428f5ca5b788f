import io
import os
import tarfile
import tempfile


def pack(path, names):
    with tarfile.open(path, "w") as tar:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = len(name)
            tar.addfile(info, io.BytesIO(name.encode()))
    return os.path.getsize(path)


def touch(path):
    with open(path, "w"):
        pass
    return os.path.getsize(path)


with tempfile.TemporaryDirectory() as folder:
    print(pack(os.path.join(folder, "t.tar"), ["a", "bc"]), touch(os.path.join(folder, "empty")))
