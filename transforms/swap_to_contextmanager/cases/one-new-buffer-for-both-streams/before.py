import io
import sys


def captured(fn):
    out, err = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = io.StringIO()
    try:
        fn()
        return sys.stdout.getvalue()
    finally:
        sys.stdout, sys.stderr = out, err


def named(fn):
    stdout = sys.stdout
    stderr = sys.stderr
    sys.stdout = sys.stderr = log = io.StringIO()
    try:
        fn()
    finally:
        sys.stderr = stderr
        sys.stdout = stdout
    return log.getvalue()


def apart(fn):
    out, err = sys.stdout, sys.stderr
    sys.stdout = io.StringIO()
    sys.stderr = io.StringIO()
    try:
        fn()
        return sys.stderr.getvalue()
    finally:
        sys.stdout = out
        sys.stderr = err


def noisy():
    print("out")
    print("err", file=sys.stderr)


print(repr(captured(noisy)), repr(named(noisy)), repr(apart(noisy)))
print(sys.stdout is sys.__stdout__, sys.stderr is sys.__stderr__)
