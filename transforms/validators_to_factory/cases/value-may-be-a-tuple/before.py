def check_tags(value):
    if not value:
        raise ValueError("bad tags: %s" % value)
    return value


def check_names(value):
    if not value:
        raise ValueError("bad names: %s" % value)
    return value


def check_roles(value):
    if not value:
        raise ValueError("bad roles: %s" % value)
    return value


for f in (check_tags, check_names, check_roles):
    for v in ("", 0, ()):
        try:
            f(v)
        except (ValueError, TypeError) as e:
            print(type(e).__name__, e)
