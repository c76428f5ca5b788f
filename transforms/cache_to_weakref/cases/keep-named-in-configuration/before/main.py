import configparser
import importlib
import pathlib

import icons

config = configparser.ConfigParser()
config.read(pathlib.Path(__file__).with_name("gauges.ini"))

icons.icon("open")
icons.icon("save")
for label, target in config["gauges"].items():
    module, _, name = target.partition(":")
    print(label, len(getattr(importlib.import_module(module), name)))
