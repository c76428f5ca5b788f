def _stripped(lines):
    out = []
    for line in lines:
        out.append(line.strip())
    return out


def head(text):
    lines = iter(text.split("\n"))
    for line in _stripped(lines):
        if not line:
            break
    return list(lines)


print(head("a\n\nb\nc"))
