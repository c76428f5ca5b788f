def ordered(words: list[str]) -> list[str]:
    found = (word for word in words if word.isalpha())
    found = sorted(found)
    return found


if __name__ == "__main__":
    print(ordered(["b", "1", "a"]))
