def longer(left: list[str], right: list[str]):
    """The lengths of the words that come later in the order of lists."""
    return max([len(w) for w in left], [len(w) for w in right])


print(longer(["a", "abc"], ["a", "ab", "abcd"]))
