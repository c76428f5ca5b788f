def total(words: list[str]) -> int:
    sizes = [len(word) for word in words]
    sizes = [size for size in sizes if size > 1]
    return sum(sizes)


def longest(words: list[str]) -> int:
    sizes = None
    if words:
        sizes = [len(word) for word in words]
        return max(sizes)
    return 0


def ordered(words):
    found = [word for word in words if word.isalpha()]
    found = sorted(found)
    return found


if __name__ == "__main__":
    print(total(["a", "bc", "def"]), longest(["ab", "abcd"]), longest([]), ordered(["b", "1", "a"]))
