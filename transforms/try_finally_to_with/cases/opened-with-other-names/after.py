import io
from contextlib import closing


class Listener:
    def accept(self):
        return io.StringIO("hello\n"), "somewhere"


def serve(listener):
    client, address = listener.accept()
    with closing(client):
        return client.readline(), address


def load(text: str) -> str:
    source: io.StringIO = io.StringIO(text)
    with source:
        return source.read()


class Loader:
    def load(self, text):
        self.source = source = io.StringIO(text)
        with source:
            return source.read()


loader = Loader()
print(serve(Listener()), load("a"), loader.load("b"), loader.source.closed)
