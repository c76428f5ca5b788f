import io
import sqlite3


class Plain:
    def execute(self, text):
        return [text]

    def close(self):
        print("plain closed")


def ask(question, plain):
    if plain:
        source = Plain()
    else:
        source = sqlite3.connect(":memory:")
    try:
        return list(source.execute(question))
    finally:
        source.close()


print(ask("select 1", False), ask("select 1", True))
