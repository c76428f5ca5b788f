def numbers():
    for n in [1, 2, 3]:  # type: ignore[misc]
        # pragma: no cover
        yield n


print(list(numbers()))
