class LoadError(Exception):
    pass


def fetch(url, cb):
    if not url:
        cb(ValueError("empty"))
    else:
        cb(None, "body of " + url)


def load(url, cb):
    def fetched(err, body=None):
        if err:
            cb(LoadError(str(err)))
            return
        cb(None, len(body))
    fetch(url, fetched)


load("x", lambda err, n: print("bad", type(err).__name__, err) if err else print("length", n))
load("", lambda err, n=None: print("bad", err) if err else print("length", n))
