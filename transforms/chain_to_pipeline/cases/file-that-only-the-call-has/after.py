import io


def total(file):
    rows = (line.split(",") for line in file)
    return sum(int(row[1]) for row in rows)


print(total(io.StringIO("a,1\nb,2\n")))
with io.StringIO("c,3\n") as text:
    print(total(text))
