import io
import sys


def show(text):
    out = sys.stderr
    if text:
        out = io.StringIO()
    try:
        out.write(text)
        return out is not sys.stderr
    finally:
        if out is not sys.stderr:
            out.close()


def echo(text, spare):
    source = spare
    if text:
        source = io.StringIO(text)
    try:
        return source.read()
    finally:
        source.close()


class Spare:
    def read(self):
        return "spare"

    def close(self):
        print("not mine to close")


print(show(""), show("a"), echo("", Spare()), echo("b", Spare()))
