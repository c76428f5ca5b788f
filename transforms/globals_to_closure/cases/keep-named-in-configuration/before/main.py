import configparser
import importlib
import pathlib

import counter

config = configparser.ConfigParser()
config.read(pathlib.Path(__file__).with_name("gauges.ini"))

counter.seen()
counter.seen()
for label, target in config["gauges"].items():
    module, _, name = target.partition(":")
    print(label, getattr(importlib.import_module(module), name, "nothing"))
