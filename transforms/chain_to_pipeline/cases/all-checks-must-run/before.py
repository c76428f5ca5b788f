def check(x):
    print("check", x)
    return x > 1


def any_bad(xs):
    results = [check(x) for x in xs]
    return any(results)


print(any_bad([1, 2, 3]))
