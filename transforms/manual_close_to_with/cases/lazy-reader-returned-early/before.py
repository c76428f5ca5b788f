import csv
import io


def rows(text, raw):
    f = io.StringIO(text)
    reader = csv.reader(f)
    head = next(reader)
    body = (row for row in reader if row)
    if raw:
        return body
    result = [dict(zip(head, row)) for row in body]
    f.close()
    return result


print(rows("a,b\n1,2\n", False))
print(list(rows("a,b\n1,2\n\n3,4\n", True)))
