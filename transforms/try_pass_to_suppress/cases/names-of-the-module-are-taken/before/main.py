import commands
import numbers_of


def suppress(text):
    return "my own", text


from numbers_of import *

print(sorted(commands.COMMANDS))
print(suppress("x"), number("y"))
print([name for name in dir(commands) if not name.startswith("_")])
