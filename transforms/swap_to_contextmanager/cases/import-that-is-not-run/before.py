import io

if io.DEFAULT_BUFFER_SIZE < 0:
    import sys


def quiet(value):
    old = sys.stdout
    sys.stdout = out = io.StringIO()
    try:
        print(value)
    finally:
        sys.stdout = old
    return out.getvalue()


try:
    print(quiet(3))
except NameError as error:
    print(error)
