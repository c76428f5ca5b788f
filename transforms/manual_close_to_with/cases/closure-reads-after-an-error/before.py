import io

later = []


def first_number(text):
    f = io.StringIO(text)
    later.append(lambda: f.read())
    number = int(f.readline())
    f.close()
    return number


print(first_number("1\nrest\n"))
try:
    first_number("x\nrest of it\n")
except ValueError as error:
    print(error)
print(repr(later[1]()))
