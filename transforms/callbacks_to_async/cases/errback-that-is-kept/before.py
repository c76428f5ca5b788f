handlers = []


def read(name, on_done, on_error):
    handlers.append(on_error)
    on_done(name)


read("a", print, print)
handlers[0]("later")
