def add(text):
    try:
        return int(text) + 1
    except ValueError:
        pass


def remove(text):
    return text[1:]


COMMANDS = [name for name, value in globals().items() if callable(value)]
