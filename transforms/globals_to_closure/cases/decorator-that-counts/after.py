def _make_trace():
    _depth = 0

    def trace(func):
        def wrapper(*args):
            nonlocal _depth
            print("  " * _depth + func.__name__)
            _depth += 1
            try:
                return func(*args)
            finally:
                _depth -= 1
        return wrapper

    return trace


trace = _make_trace()


@trace
def fact(n):
    return 1 if n <= 1 else n * fact(n - 1)


print(fact(3))
