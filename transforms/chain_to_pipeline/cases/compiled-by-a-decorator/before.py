import inspect


def njit(function):
    if "(x * x for" in inspect.getsource(function):
        raise SyntaxError("generator expressions are not supported")
    return function


try:
    @njit
    def total(xs):
        squares = [x * x for x in xs]
        return sum(squares)
except SyntaxError as error:
    print(error)
else:
    print(total([1, 2, 3]))
