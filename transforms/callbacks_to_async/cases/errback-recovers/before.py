def read(name, resolve, reject):
    if name.startswith("/"):
        reject(PermissionError(name))
    else:
        resolve("text of " + name)


def read_any(name, resolve, reject):
    read(name, resolve, lambda error: read(name.strip("/"), resolve, reject))


def show(value):
    print("got", value)


read_any("a", show, lambda e: print("no", e))
read_any("/a", show, lambda e: print("no", e))
