import contextlib
import io
import sys


def captured(fn):
    out, err = io.StringIO(), io.StringIO()
    old_out = sys.stdout
    old_err = sys.stderr
    sys.stdout = out
    sys.stderr = err
    try:
        fn()
    except ZeroDivisionError as exc:
        print(exc, file=sys.stderr)
    finally:
        sys.stdout, sys.stderr = old_out, old_err
    return out.getvalue(), err.getvalue()


print(captured(lambda: print("x")), captured(lambda: 1 / 0))
print(contextlib.suppress.__name__)
