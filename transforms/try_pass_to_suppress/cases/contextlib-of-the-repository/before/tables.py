def made(text):
    numbers = []
    for word in text.split():
        try:
            numbers.append(int(word))
        except ValueError:
            pass
    return numbers
