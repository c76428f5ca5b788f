import io


class Listener:
    def accept(self):
        return io.StringIO("hello\n"), "somewhere"


def serve(listener):
    client, address = listener.accept()
    try:
        return client.readline(), address
    finally:
        client.close()


def load(text: str) -> str:
    source: io.StringIO = io.StringIO(text)
    try:
        return source.read()
    finally:
        source.close()


class Loader:
    def load(self, text):
        self.source = source = io.StringIO(text)
        try:
            return source.read()
        finally:
            source.close()


loader = Loader()
print(serve(Listener()), load("a"), loader.load("b"), loader.source.closed)
