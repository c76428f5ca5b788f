import csv


def rows(lines: list[str]):
    return [row for row in csv.reader([line.lower() for line in lines if not line.startswith("#")])]


def records(lines: list[str]):
    out = []
    for record in csv.DictReader([line for line in lines if line.strip()], delimiter=";"):
        out.append(record["b"])
    return out


print(rows(["A,B", "#", "c,\"d", "e\""]), records(["a;b", "", "1;2", "3;4"]))
