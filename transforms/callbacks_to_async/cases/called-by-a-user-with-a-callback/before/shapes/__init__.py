SIDES = {"triangle": 3}


def sides_of(name, callback):
    if name not in SIDES:
        callback(None)
        return
    callback(SIDES[name])


def shown(name, callback):
    def found(sides):
        if sides is None:
            callback("no " + name)
        else:
            callback("%s has %d" % (name, sides))
    sides_of(name, found)
