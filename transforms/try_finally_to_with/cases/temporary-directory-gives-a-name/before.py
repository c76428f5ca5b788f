import os
import tempfile


def work():
    d = tempfile.TemporaryDirectory()
    try:
        return os.path.isdir(d.name)
    finally:
        d.cleanup()


print(work())
