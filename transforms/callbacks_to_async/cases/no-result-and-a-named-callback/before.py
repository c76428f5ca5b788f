def step(name, done):
    print(name)
    done()


def finished():
    print("end")


step("a", finished)
