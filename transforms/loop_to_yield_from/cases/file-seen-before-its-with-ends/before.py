import contextlib
import io


def told(text):
    with io.StringIO(text) as file:
        try:
            for line in file:
                yield line
        finally:
            print("closed" if file.closed else "open")


@contextlib.contextmanager
def telling(file):
    yield
    print("closed" if file.closed else "open")


def outer(text):
    with io.StringIO(text) as file:
        with telling(file):
            for line in file:
                yield line


def first(text):
    with io.StringIO(text) as file, contextlib.closing(file) as same, contextlib.ExitStack() as stack:
        stack.callback(lambda: print("closed" if same.closed else "open"))
        for line in file:
            yield line


for make in (told, outer, first):
    some = make("a\nb\n")
    print(next(some), end="")
    some.close()
