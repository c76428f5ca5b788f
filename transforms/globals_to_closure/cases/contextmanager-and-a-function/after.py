import contextlib


def _make_indent():
    _indent = 0

    @contextlib.contextmanager
    def indented():
        nonlocal _indent
        _indent += 2
        try:
            yield
        finally:
            _indent -= 2

    def say(text):
        print(" " * _indent + text)

    return indented, say


indented, say = _make_indent()


say("a")
with indented():
    say("b")
    with indented():
        say("c")
say("d")
