import io
import sys

real = sys.stdout
outer = io.StringIO()


def quiet(fn):
    old = sys.stdout
    sys.stdout = io.StringIO()
    try:
        return fn()
    finally:
        sys.stdout = sys.__stdout__


sys.stdout = outer
quiet(lambda: print("hidden"))
back = sys.stdout is outer
sys.stdout = real
print(back)
