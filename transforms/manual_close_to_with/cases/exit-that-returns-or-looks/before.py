import os
import sys
import tempfile


def exit(status):
    print("asked to exit with", status)


def own_exit(path):
    f = open(path)
    if f.readline() == "stop\n":
        f.close()
        exit(1)
        return "stopped", f.closed
    rest = f.read()
    f.close()
    return rest


def status_of_what_was_written(path):
    f = open(path, "w")
    f.write("text")
    if path:
        f.close()
        sys.exit(os.path.getsize(path))
    f.close()


fd, path = tempfile.mkstemp()
os.write(fd, b"stop\nmore\n")
os.close(fd)
print(own_exit(path))
try:
    status_of_what_was_written(path)
except SystemExit as stop:
    print(stop.code)
os.remove(path)
