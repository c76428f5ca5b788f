def _checked(lines: list[str]):
    out = []
    for line in lines:
        print("checked", line)
        out.append(line == "x")
    return out


print(any(_checked(["a", "x", "b"])))
