import doctest


def _parts(text: str):
    """Parts of a path.

    >>> _parts("a/b")
    ['a', 'b']
    """
    out = []
    for part in text.split("/"):
        out.append(part)
    return out


print("-".join(_parts("a/b")), doctest.testmod().failed)
