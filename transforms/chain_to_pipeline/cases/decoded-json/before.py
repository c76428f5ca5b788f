import json


def names(text):
    known = [x for x in json.loads(text) if x]
    found = {}
    for device in known:
        name = device.get("name")
        mac = device.get("mac")
        if mac:
            found[mac] = name
    return found


print(names('[{"name": "a", "mac": "1"}, {}, {"name": "b"}]'))
