def total(texts: list[str]):
    numbers = [int(text) for text in texts]
    try:
        return sum(numbers)
    finally:
        print("done")


for texts in (["1", "2"], ["x"]):
    try:
        print(total(texts))
    except ValueError:
        print("bad")
