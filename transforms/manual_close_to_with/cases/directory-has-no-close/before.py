import tempfile


def name(early):
    d = tempfile.TemporaryDirectory()
    if early:
        return "early"
    d.close()
    return d.name


print(name(True))
try:
    name(False)
except AttributeError as exc:
    print("no close")
