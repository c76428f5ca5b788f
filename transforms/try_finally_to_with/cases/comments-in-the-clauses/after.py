import io


def read(text):
    with io.StringIO(text) as f:
        # read it whole
        # may be empty
        return f.read()
        # whatever happens
        # and flush


print(read("a"))
