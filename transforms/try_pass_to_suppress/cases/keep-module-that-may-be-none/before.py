try:
    import nonexistent_json as simplejson
except ImportError:
    simplejson = None


def load(text, parse):
    try:
        return parse(text)
    except simplejson.JSONDecodeError:
        pass


print(load("1", int))
