global verbose
verbose = True


def quiet():
    global verbose
    verbose = False


def talk(text):
    return text if verbose else ""


print(talk("a"))
quiet()
print(talk("b"))
