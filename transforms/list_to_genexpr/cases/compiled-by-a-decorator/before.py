import types


def jit(function):
    """Stands for a compiler of a part of Python: rejects what is not in its language."""
    for constant in function.__code__.co_consts:
        if isinstance(constant, types.CodeType) and constant.co_name == "<genexpr>":
            raise TypeError("generator expressions are not supported")
    return function


@jit
def norm(values: list[float]) -> float:
    return sum([v * v for v in values])


print(norm([3.0, 4.0]))
