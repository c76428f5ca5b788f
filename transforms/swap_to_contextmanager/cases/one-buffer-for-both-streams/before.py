import io
import sys


def captured(fn):
    buffer = io.StringIO()
    old_out, old_err = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = buffer
    try:
        fn()
    finally:
        sys.stdout, sys.stderr = old_out, old_err
    return buffer.getvalue()


def apart(fn, out, err):
    saved = sys.stdout
    saved_err = sys.stderr
    sys.stdout, sys.stderr = out, err
    try:
        fn()
    finally:
        sys.stderr = saved_err
        sys.stdout = saved


def noisy():
    print("out")
    print("err", file=sys.stderr)


print(repr(captured(noisy)))
one, other = io.StringIO(), io.StringIO()
apart(noisy, one, other)
print(repr(one.getvalue()), repr(other.getvalue()))
