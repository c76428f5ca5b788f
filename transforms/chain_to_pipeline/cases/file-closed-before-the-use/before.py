import io


def first_words(text):
    with io.StringIO(text) as f:
        words = [line.split()[0] for line in f]
    return sorted(words)


print(first_words("b 1\na 2\n"))
