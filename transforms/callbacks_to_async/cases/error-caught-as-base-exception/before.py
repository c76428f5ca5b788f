def run(job, callback):
    try:
        value = job()
    except BaseException as err:
        callback(err, None)
        return
    callback(None, value)


def show(err, value):
    print(type(err).__name__, value)


def leave():
    raise SystemExit(3)


run(leave, show)
run(int, show)
