def stubborn():
    try:
        yield 1
    except generator:
        pass


def relay():
    for value in stubborn():
        yield value


for _ in range(2):
    generator = relay()
generator = relay()
next(generator)
try:
    generator.close()
    print("closed")
except TypeError as error:
    print(error)
