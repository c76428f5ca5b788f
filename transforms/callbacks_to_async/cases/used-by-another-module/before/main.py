import start


def double(n, callback):
    callback(n * 2)


if __name__ == "__main__":
    start.go()
