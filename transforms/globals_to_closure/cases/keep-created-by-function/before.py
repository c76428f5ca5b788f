def start():
    global _started
    _started = True


def state():
    try:
        return _started
    except NameError:
        return "not yet"


print(state())
start()
print(state())
