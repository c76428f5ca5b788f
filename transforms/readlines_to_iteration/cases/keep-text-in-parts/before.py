import io


def lines(f):
    for line in f.read().splitlines():
        print(repr(line))
    return [len(line) for line in f.read().split("\n")]


print(lines(io.StringIO("a\x0bb\nc\n")))
