import os
import subprocess


def remove(path):
    try:
        os.remove(path)
    except os.NoSuchFile:
        pass
    return "removed"


def run(command):
    try:
        command()
    except subprocess.NoSuchTimeout:
        pass
    return "ran"


open("there.txt", "w").close()
print(remove("there.txt"))
print(run(list))
