Error = KeyError


def read(d):
    Error = KeyError
    try:
        Error = ValueError
        return int(d["n"])
    except Error:
        pass


print(read({"n": "x"}), read({"n": "3"}))
