import io
import sys

real = sys.stdout


def swap(new):
    old = sys.stdout
    sys.stdout = io.StringIO()
    try:
        print("lost")
        old = new
    finally:
        sys.stdout = old


other = io.StringIO()
swap(other)
print("kept")
sys.stdout = real
print(repr(other.getvalue()))
