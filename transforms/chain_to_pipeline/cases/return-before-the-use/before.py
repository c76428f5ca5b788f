def notify(x):
    print("notify", x)
    return x


def run(xs, ready):
    sent = [notify(x) for x in xs]
    if not ready:
        return 0
    return sum(sent)


print(run([1, 2], False), run([3], True))
