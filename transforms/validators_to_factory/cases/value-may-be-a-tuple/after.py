def make_check(description):
    def check(value):
        if not value:
            raise ValueError(f"bad {description}: %s" % value)
        return value

    return check


check_tags = make_check("tags")
check_names = make_check("names")
check_roles = make_check("roles")


for f in (check_tags, check_names, check_roles):
    for v in ("", 0, ()):
        try:
            f(v)
        except (ValueError, TypeError) as e:
            print(type(e).__name__, e)
