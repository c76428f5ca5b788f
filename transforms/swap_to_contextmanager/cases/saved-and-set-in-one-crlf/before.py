import io
import sys


def text(fn):
    saved, sys.stdout = sys.stdout, io.StringIO()
    buf = sys.stdout
    try:
        fn()
        return buf.getvalue()
    finally:
        sys.stdout = saved


print(repr(text(lambda: print("x"))))
