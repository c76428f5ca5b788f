import io
import tarfile


def archive(names):
    raw = io.BytesIO()
    tar = tarfile.open(fileobj=raw, mode="w")
    try:
        for name in names:
            tar.addfile(tarfile.TarInfo(name))
    except AttributeError:
        pass
    finally:
        tar.close()
    return len(raw.getvalue())


print(archive(["a"]), archive(["a", 1]))


def strict(raw, names):
    tar = tarfile.open(fileobj=raw, mode="w")
    try:
        for name in names:
            tar.addfile(tarfile.TarInfo(name))
    finally:
        tar.close()


raw = io.BytesIO()
try:
    strict(raw, ["a", 1])
except AttributeError as error:
    print(type(error).__name__, len(raw.getvalue()))
