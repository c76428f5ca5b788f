import pathlib
import tempfile


def number(path):
    f = None
    try:
        f = open(path, encoding="utf-8")
        value = int(f.readline())
    except (OSError, ValueError) as error:
        return type(error).__name__
    else:
        return value
    finally:
        if f is not None:
            f.close()


with tempfile.TemporaryDirectory() as d:
    p = pathlib.Path(d, "n")
    print(number(p))
    p.write_text("12x\nrest\n")
    print(number(p))
    p.write_text("12\nrest\n")
    print(number(p))
