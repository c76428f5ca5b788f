import io
import types

sys = types.SimpleNamespace(stdout="first")
seen = []


class Watched:
    def __set_name__(self, owner, name):
        self.name = name


def run(fn):
    old = sys.stdout
    sys.stdout = io.StringIO()
    try:
        fn()
    finally:
        sys.stdout = old


run(lambda: seen.append(type(sys.stdout).__name__))
print(seen, sys.stdout)
