def kept(safe):
    # Strings of any length come here.
    # List comprehensions are faster than generator expressions.
    return bytes([c for c in safe if c < 128])


def total(rows):
    return sum([row * 2 for row in rows])  # a listcomp, as this is called in the innermost loop


print(kept(b"a\xffb"), total(range(30)))
