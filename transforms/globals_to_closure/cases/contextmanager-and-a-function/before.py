import contextlib

_indent = 0


@contextlib.contextmanager
def indented():
    global _indent
    _indent += 2
    try:
        yield
    finally:
        _indent -= 2


def say(text):
    print(" " * _indent + text)


say("a")
with indented():
    say("b")
    with indented():
        say("c")
say("d")
