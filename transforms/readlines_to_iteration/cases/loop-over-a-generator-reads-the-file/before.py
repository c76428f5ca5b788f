import io


def continued(f):
    out = []
    for line in (line.rstrip("\n") for line in f.readlines()):
        if line.endswith("\\"):
            line = line[:-1] + f.readline()
        out.append(line)
    return out


print(continued(io.StringIO("a\\\nb\nc\n")))
