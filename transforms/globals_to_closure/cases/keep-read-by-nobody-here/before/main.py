import importlib


def component(name):
    return importlib.import_module("veri" + name)


part = component("sure")
print(part.setup({"a": 1}), part.HUB)
