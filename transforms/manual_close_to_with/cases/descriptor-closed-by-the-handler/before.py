import os
import tempfile


def numbers(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        f = os.fdopen(fd, closefd=False)
        values = [int(line) for line in f]
        f.close()
        os.close(fd)
        return values
    except ValueError:
        print("bad", os.lseek(fd, 0, os.SEEK_CUR) > 0)
        os.close(fd)
        return None


def strict(path):
    fd = os.open(path, os.O_RDONLY)
    try:
        g = os.fdopen(fd)
        value = int(g.read())
        g.close()
        return value
    except ValueError:
        return os.fstat(fd).st_size


with tempfile.TemporaryDirectory() as folder:
    name = os.path.join(folder, "n")
    with open(name, "w") as out:
        out.write("1\nx\n")
    print(numbers(name))
    print(strict(name))
