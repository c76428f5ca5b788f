def step(name, done):
    # first the name
    print(name)
    # then go on
    done()


def both(done):
    def second():
        # behind the first
        step("b", done)
    step("a", second)


both(lambda: print("end"))
