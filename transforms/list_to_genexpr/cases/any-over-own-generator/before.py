import os
import tempfile


def steps(limit: int):
    for n in range(limit):
        yield n


def pairs(rows: list[int]):
    for index, row in enumerate(rows):
        yield index, row


def has_three(limit: int) -> bool:
    return any([n == 3 for n in steps(limit)])


def knows(rows: list[int], pair: tuple[int, int]) -> bool:
    return pair in [(i, r) for i, r in pairs(rows)]


def has_comment(path: str) -> bool:
    with open(path) as f:
        return any([line.startswith("#") for line in f])


fd, name = tempfile.mkstemp()
os.write(fd, b"a\n#b\nc\n")
os.close(fd)
print(has_three(5), knows([4, 5], (1, 5)), has_comment(name))
os.remove(name)
