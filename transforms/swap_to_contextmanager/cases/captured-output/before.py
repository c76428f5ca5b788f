import io
import sys


def captured(fn):
    old = sys.stdout
    buffer = io.StringIO()
    sys.stdout = buffer
    try:
        fn()
        return buffer.getvalue()
    finally:
        sys.stdout = old


print(repr(captured(lambda: print("x"))))
