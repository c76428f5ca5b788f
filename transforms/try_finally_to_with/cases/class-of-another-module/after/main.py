from contextlib import closing

from parts import Counted, Plain, make


def run():
    with Plain("p") as plain:
        print(plain.name)
    with closing(Counted("c")) as counted:
        print(counted.name)
    with make("m") as made:
        print(made.name)


run()
