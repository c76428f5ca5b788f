def total(rows):
    sizes: list[int]
    print("reading")
    sizes = [len(row) for row in rows]
    return sum(sizes)


def longest(words: list[str], least: int) -> str:
    words = [word for word in words if len(word) > least]
    return max(words, key=len)


if __name__ == "__main__":
    print(total(["a", "bc"]), longest(["ab", "abcd", "abc"], 2))
