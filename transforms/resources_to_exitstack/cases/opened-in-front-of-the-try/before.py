import io


def paste(texts):
    files = []
    # all of them
    for t in texts:
        f = io.StringIO(t)
        files.append(f)

    # side by side
    try:
        return [line for row in zip(*files) for line in row]
    finally:
        for f in files:
            f.close()


print(paste(["a\nb\n", "c\nd\n"]))
