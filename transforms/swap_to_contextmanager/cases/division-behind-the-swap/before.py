import io
import sys


def share(total, parts):
    old = sys.stderr
    sys.stderr = io.StringIO()
    each = total / parts
    try:
        return each
    finally:
        sys.stderr = old


real = sys.stderr
try:
    share(1, 0)
except ZeroDivisionError:
    print("still swapped:", sys.stderr is not real)
sys.stderr = real
print(share(1, 2))
