import re

WORD = re.compile(r"\w+")


def upper(match):
    print("word", match.group())
    return match.group().upper()


def show(lines):
    changed = [WORD.sub(upper, line) for line in lines]
    for line in changed:
        print("line", line)


show(["a b", "c"])
