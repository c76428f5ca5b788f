import csv
import io
import json


class Table:
    def __init__(self, stream):
        self.rows = list(csv.reader(stream))

    def add(self, stream, times):
        for _ in range(times):
            self.rows.append(stream.tell())
        return self


def header(out, title="t"):
    print(title, file=out)
    out.write("--\n")


def report(text, values):
    with io.StringIO(text) as f:
        table = Table(f).add(f, times=2)
    with io.StringIO() as out:
        header(title="T", out=out)
        json.dump(values, out)
        result = out.getvalue()
    return len(table.rows), result


print(report("a,b\n1,2\n", {"k": [1]}))
