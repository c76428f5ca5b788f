def _squares(n: int):
    out = []  # noqa: F841
    for i in range(n):
        out.append(i * i)
    return out


print(sum(_squares(3)))
