def njit(function):
    if any(getattr(constant, "co_name", "") == "<genexpr>" for constant in function.__code__.co_consts):
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
