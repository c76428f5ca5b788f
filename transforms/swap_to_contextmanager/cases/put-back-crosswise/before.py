import io
import sys

real = sys.stdout, sys.stderr


def cross(fn):
    out, err = sys.stdout, sys.stderr
    first = sys.stdout
    second = sys.stderr
    sys.stdout = io.StringIO()
    try:
        fn()
    finally:
        sys.stdout = second


cross(lambda: print("hidden"))
same = sys.stdout is real[1]
sys.stdout, sys.stderr = real
print(same)
