def start():
    global _running
    _running = True


_running = False


def is_running():
    return _running


print(is_running())
start()
print(is_running())
