import io
import sys


def shown(value):
    old = sys.stdout
    sys.stdout = out = io.StringIO()
    try:
        print(value)
    finally:
        sys.stdout = old
    return out.getvalue()


print(repr(shown(3)))
