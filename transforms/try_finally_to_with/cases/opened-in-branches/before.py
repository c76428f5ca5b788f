import codecs
import os
import tempfile


def write(path, text, encoding=None):
    if encoding is None:
        out = open(path, "w")
    else:
        out = codecs.open(path, "w", encoding=encoding)
    try:
        out.write(text)
    finally:
        out.close()
    return out.closed


def first(path):
    try:
        source = open(path)
    except OSError as error:
        return type(error).__name__
    try:
        return source.readline()
    finally:
        source.close()


with tempfile.TemporaryDirectory() as d:
    p = os.path.join(d, "a")
    print(first(p), write(p, "x\ny"), first(p), write(p, "\u00e4", "utf-8"), len(open(p, "rb").read()))
