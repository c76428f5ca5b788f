def first_word(text):
    words = iter(text.split())
    for word in [w.strip(".") for w in words]:
        if len(word) > 2:
            break
    return word, list(words)


print(first_word("a be see dee"))
