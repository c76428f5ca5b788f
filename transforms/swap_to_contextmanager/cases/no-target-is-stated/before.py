import os
import tempfile


def names(d):
    old = os.getcwd()
    os.chdir(d)
    try:
        return os.listdir(".")
    finally:
        os.chdir(old)


with tempfile.TemporaryDirectory() as d:
    print(names(d))
