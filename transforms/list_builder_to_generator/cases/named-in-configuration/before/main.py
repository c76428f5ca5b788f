import configparser
import importlib
import pathlib

import report

config = configparser.ConfigParser()
config.read(pathlib.Path(__file__).with_name("tables.cfg"))

print(report.total(4))
for label, target in config["tables"].items():
    module, _, name = target.partition(":")
    rows = getattr(importlib.import_module(module), name)(5)
    print(label, len(rows))
