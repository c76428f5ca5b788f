import io
import sys


def shown(value):
    out = sys.stdout
    sys.stdout = out = io.StringIO()
    try:
        print(value)
    finally:
        sys.stdout = out
    return out.getvalue()


first = shown(3)
sys.stdout = sys.__stdout__
print(repr(first))
