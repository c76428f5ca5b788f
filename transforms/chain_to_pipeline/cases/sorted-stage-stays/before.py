def longest(words: list[str]):
    sizes = [len(word) for word in words]
    ordered = sorted(sizes)
    big = [size for size in ordered if size > 1]
    return sum(big)


print(longest(["a", "bbb", "cc"]))
