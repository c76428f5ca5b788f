def hosts(settings):
    names = [name.strip() for name in settings.get("no", "").split(",")]
    found = {}
    for name in names:
        if name == "*":
            return {}
        if name:
            found[name] = None
    return found


print(hosts({"no": "a, b,"}), hosts({"no": "a,*,b"}), hosts({}))
