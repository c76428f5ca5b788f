import os
import tempfile


def names(d):
    old = os.getcwd()
    os.chdir(d)
    try:
        return os.listdir(".")
    finally:
        os.chdir(old)


def make(d):
    here = os.getcwd()
    try:
        os.chdir(d)
        # relative
        open("a", "w").close()
    finally:
        os.chdir(here)


start = os.getcwd()
with tempfile.TemporaryDirectory() as d:
    make(d)
    print(names(d), os.getcwd() == start)
