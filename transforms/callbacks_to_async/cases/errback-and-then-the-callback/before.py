def read(name, on_done, on_error):
    if name == "bad":
        on_error(OSError(name))
    on_done(name)


read("a", print, print)
read("bad", print, print)
