from parts import Counted, Plain, make


def run():
    plain = Plain("p")
    try:
        print(plain.name)
    finally:
        plain.close()
    counted = Counted("c")
    try:
        print(counted.name)
    finally:
        counted.close()
    made = make("m")
    try:
        print(made.name)
    finally:
        made.close()


run()
