import io


def divide(texts):
    files = [io.StringIO(t) for t in texts]
    try:
        first, second = [int(f.read()) for f in files]
        return first // second
    except ZeroDivisionError:
        return [f.closed for f in files]
    finally:
        for f in files:
            f.close()


print(divide(["6", "3"]), divide(["6", "0"]))
