"""Counts words."""
TEXT = """one two
three
"""
_marks = [mark for mark in TEXT if not mark.isalpha()]
MARKS = sorted(set(_marks))


def shown(number):
    return f"{number} letters"


if __name__ == "__main__":
    words = [word for line in TEXT.splitlines() for word in line.split()]
    lengths = [len(word) for word in words]
    print(shown(sum(lengths)), MARKS)
