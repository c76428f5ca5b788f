import pathlib
import tempfile

events = []


def head(path):
    events.append("begin")
    handle = None
    try:
        handle = open(path)
        return handle.readline()
    finally:
        if handle is not None:
            handle.close()
        events.append("end")


with tempfile.TemporaryDirectory() as d:
    p = pathlib.Path(d, "n")
    try:
        head(p)
    except OSError as error:
        print(type(error).__name__)
    p.write_text("12\nrest\n")
    print(head(p).strip(), events)
