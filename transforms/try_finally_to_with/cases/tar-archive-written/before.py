import io
import tarfile


def archive(names):
    raw = io.BytesIO()
    tar = tarfile.open(fileobj=raw, mode="w")
    try:
        for name in names:
            tar.addfile(tarfile.TarInfo(name))
    except TypeError:
        pass
    finally:
        tar.close()
    return len(raw.getvalue())


print(archive(["a"]))
