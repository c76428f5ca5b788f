import io


def read(source, spare):
    f = spare
    try:
        f = io.StringIO(source[0])
        return f.read()
    finally:
        if f is not None:
            f.close()


spare = io.StringIO("spare")
try:
    read([], spare)
except IndexError:
    pass
print(spare.closed)
