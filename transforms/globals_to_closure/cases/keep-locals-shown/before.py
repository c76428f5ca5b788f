_calls = 0


def report(name, size):
    global _calls
    _calls += 1
    return ", ".join(f"{key}={value}" for key, value in locals().items())


print(report("a", 1))
print(report("b", 2))
