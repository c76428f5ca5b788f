import json


class Loud(dict):
    def get(self, key):
        print("get", key)
        return super().get(key)


def names(text):
    known = [x.get("name") for x in json.loads(text, object_hook=Loud)]
    for name in known:
        print(name)


names('[{"name": "a"}, {"name": "b"}]')
