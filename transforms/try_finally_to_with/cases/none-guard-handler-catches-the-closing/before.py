class Channel:
    def __init__(self, full):
        self.full = full

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def send(self, item):
        return item

    def close(self):
        if self.full:
            raise OSError("cannot flush")


def deliver(full):
    channel = None
    try:
        channel = Channel(full)
        return channel.send(1)
    except OSError as error:
        return "handled: %s" % error
    finally:
        if channel:
            channel.close()


for full in (False, True):
    try:
        print(deliver(full))
    except OSError as error:
        print("raised:", error)
