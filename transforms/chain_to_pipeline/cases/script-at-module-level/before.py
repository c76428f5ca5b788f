"""Counts words."""
TEXT = """one two
three
"""


def shown(number):
    return f"{number} letters"


if __name__ == "__main__":
    words = [word for line in TEXT.splitlines() for word in line.split()]
    lengths = [len(word) for word in words]
    print(shown(sum(lengths)))
