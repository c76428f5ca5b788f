import os
import tempfile

PAGE = os.path.join(tempfile.gettempdir(), "unspool-fuzz-%d.txt" % os.getpid())

def page(text):
    with open(PAGE, "w") as out:
        out.write(text)
    return PAGE

def rest_of(file):
    return file.readline()

def note(path):
    with open(path, "a") as out:
        out.write("noted\n")
