def once(method):
    def wrapper(*args):
        host = args[0]
        if not hasattr(host, "_done"):
            host._done = True
            method(*args)

    return wrapper
