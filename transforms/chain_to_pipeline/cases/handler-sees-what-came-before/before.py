def load(tokens):
    log = []
    try:
        numbers = [int(token) for token in tokens]
        log.append("parsed")
        return sum(numbers), log
    except ValueError:
        return None, log


print(load(["1", "2"]), load(["1", "x"]))
