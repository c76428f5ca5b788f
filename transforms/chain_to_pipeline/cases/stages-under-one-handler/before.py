def number(text):
    return int(text)


def best(texts: list[str]):
    try:
        numbers = [number(t) for t in texts]
        scaled = [n * 2 for n in numbers]
        return max(scaled)
    except ValueError:
        return None


def best_so_far(texts: list[str]):
    step = "read"
    try:
        numbers = [number(t) for t in texts]
        step = "scale"
        scaled = [n * 2 for n in numbers]
        return max(scaled)
    except ValueError:
        return step


print(best(["1", "2"]), best(["1", "x"]), best_so_far(["1", "x"]))
