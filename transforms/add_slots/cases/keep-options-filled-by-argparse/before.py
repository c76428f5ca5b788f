import argparse


class Options:
    def __init__(self):
        self.verbose = False


p = argparse.ArgumentParser()
p.add_argument("--name")
p.add_argument("--verbose", action="store_true")
o = p.parse_args(["--name", "x"], namespace=Options())
print(o.name, o.verbose)
