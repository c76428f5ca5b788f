import io
import sys


def crossed(fn):
    out, err = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = sys.stderr, sys.stdout
    try:
        fn()
    finally:
        sys.stdout, sys.stderr = out, err


def one_stays(fn):
    out, err = sys.stdout, sys.stderr
    sys.stdout = io.StringIO()
    try:
        fn()
    finally:
        sys.stdout = out
    return err is sys.stderr


def noisy():
    print("out")
    print("err", file=sys.stderr)


outer = sys.stderr
sys.stderr = io.StringIO()
crossed(noisy)
print(repr(sys.stderr.getvalue()))
sys.stderr = outer
print(one_stays(noisy))
