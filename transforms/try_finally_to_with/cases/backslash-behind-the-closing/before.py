"""The line of the closing goes on behind a backslash, with nothing on the next line."""
import io


def head(raw, n):
    f = io.TextIOWrapper(io.BytesIO(raw))
    try:
        return [f.readline() for _ in range(n)]
    finally:
        f.close() \

    return None


print(head(b"a\nb\n", 1))
