import io

shown = []


def make(text):
    shown.append(io.StringIO(text))
    return shown[-1]


def heads(texts):
    files = []
    try:
        for text in texts:
            f = make(text)
            if f.readline() == "keep\n":
                return f
            files.append(f)
        return None
    finally:
        for f in files:
            f.close()


def first(texts, others):
    files = []
    try:
        for text in texts:
            f = make(text)
            others.append(f)
            int(f.readline())
            files.append(f)
    finally:
        for f in files:
            f.close()


kept = heads(["a\n", "keep\nrest\n"])
print(kept.closed, [f.closed for f in shown])
others = []
try:
    first(["1\n", "x\n"], others)
except ValueError:
    print([f.closed for f in others])
