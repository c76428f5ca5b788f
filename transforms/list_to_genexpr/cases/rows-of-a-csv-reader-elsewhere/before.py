import csv


def reader(lines):
    return iter(lines[0])


def open_rows(lines: list[str]):
    rows = csv.reader([line.strip() for line in lines])
    lines.clear()
    return rows


def own(lines: list[str]):
    return [c for c in reader([line.strip() for line in lines])]


print(list(open_rows([" a,b ", "c"])), own(["xy", "z"]))
