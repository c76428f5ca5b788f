import io
import sys


def run(fn):
    old = sys.stdout  # may be a logger's
    sys.stdout = io.StringIO()
    try:
        fn()
    finally:
        sys.stdout = old


run(lambda: print("hidden"))
print("shown")
