import io


def read(text):
    f = io.StringIO(text)

    # read it whole
    try:  # may be empty
        return f.read()

    finally:
        # whatever happens
        f.close()  # and flush


print(read("a"))
