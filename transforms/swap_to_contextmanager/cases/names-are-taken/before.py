import io
import sys

redirect_stdout = "a name"
contextlib = "another"


def run(fn):
    old = sys.stdout
    sys.stdout = io.StringIO()
    try:
        fn()
    finally:
        sys.stdout = old


run(lambda: print("hidden"))
print(redirect_stdout, contextlib)
