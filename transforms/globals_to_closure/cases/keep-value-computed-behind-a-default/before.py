def number(text, of=[]):
    print("number", text)
    of.append(text)
    return len(of)


def count(by=number("default")):
    global _total
    _total += by
    return _total


_total = number("first value")
print(count(), count(5))
