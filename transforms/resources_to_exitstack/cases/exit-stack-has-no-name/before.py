import io

ExitStack = "a stack of exits"
contextlib = "a library"


def read(texts):
    files = [io.StringIO(t) for t in texts]
    try:
        return [f.read() for f in files]
    finally:
        for f in files:
            f.close()


print(read(["a", "b"]), ExitStack, contextlib)
