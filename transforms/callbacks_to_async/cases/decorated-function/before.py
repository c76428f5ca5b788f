def twice(f):
    def wrapper(n, callback):
        f(n, lambda v: f(v, callback))
    return wrapper


@twice
def double(n, callback):
    callback(n * 2)


double(3, print)
