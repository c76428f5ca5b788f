import os
import tempfile


def folders(n):
    made = [tempfile.TemporaryDirectory() for _ in range(n)]
    try:
        return [os.path.isdir(d.name) for d in made]
    finally:
        for d in made:
            d.cleanup()


print(folders(2))
