class Session:
    def __init__(self, name):
        self.name = name
        self.sent = 0

    def send(self, text):
        self.sent += 1
        return len(text)

    def close(self):
        print("session", self.name, "ends after", self.sent)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


def verify(total, limit):
    if total > limit:
        raise ValueError(total)


def deliver(texts, limit):
    total = 0
    session = Session("a")
    try:
        for text in texts:
            total += session.send(text)
    finally:
        # An over-long delivery stays open on the other side.
        verify(total, limit)
        session.close()
    return total


print(deliver(["one", "two"], 10))
try:
    print(deliver(["three", "four", "five"], 10))
except ValueError as error:
    print("too long:", error)
