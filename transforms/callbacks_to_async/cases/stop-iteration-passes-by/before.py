def first(it, cb):
    v = next(it)
    cb(v)


try:
    first(iter([]), print)
except StopIteration:
    print("stop")
except RuntimeError:
    print("runtime")
