class Channel:
    def __init__(self, name):
        self.name = name

    def send(self, text):
        return len(text)

    def close(self):
        print("closing", self.name)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()


def talk(words):
    channel = Channel("c")
    total = 0
    for word in words:
        if not word:
            return None
        total += channel.send(word)
    channel.close()
    return total


print(talk(["a", "bc"]))
print(talk(["a", ""]))
