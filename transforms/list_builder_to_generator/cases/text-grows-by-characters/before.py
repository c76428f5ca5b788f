def _fields(line: str):
    fields = []
    field = ""
    for char in line:
        if char == ",":
            fields.append(field)
            field = ""
        else:
            field += char
    fields.append(field)
    return fields


def longest(line: str):
    best = ""
    for field in _fields(line):
        if len(field) > len(best):
            best = field
    return best


print(longest("a,bcd,ef"), repr(longest("")))
