import builtins
from unittest import mock
import app


class Fake:
    def read(self):
        return "fake"

    def close(self):
        print("closed")


with mock.patch.object(builtins, "open", lambda p: Fake()):
    print(app.load("x"))
