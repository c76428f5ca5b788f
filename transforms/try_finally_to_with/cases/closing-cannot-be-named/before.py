class Thing:
    def close(self):
        print("closed")


closing = "a hint"
contextlib = "another"


def run():
    t = Thing()
    try:
        print(closing, contextlib)
    finally:
        t.close()


run()
