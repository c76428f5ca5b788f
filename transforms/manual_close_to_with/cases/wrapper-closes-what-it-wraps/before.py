import gzip
import io


def encode(words):
    raw = io.BytesIO()
    try:
        text = io.TextIOWrapper(raw, "ascii")
        for word in words:
            text.write(word)
        text.close()
    except TypeError:
        return raw.closed
    return "done"


def compress(parts):
    raw = io.BytesIO()
    try:
        packed = gzip.GzipFile(fileobj=raw, mode="wb", mtime=0)
        for part in parts:
            packed.write(part)
        packed.close()
    except TypeError:
        print("stopped")
    return len(raw.getvalue()) > 10


print(encode(["a"]), encode(["a", 1]))
print(compress([b"a"]), compress([b"a", 1]))
