def read(name, on_done, on_error):
    if name == "bad":
        on_error(OSError(name))
        return
    if name == "lost":
        return
    on_done(name)


read("a", print, print)
read("bad", print, print)
read("lost", print, print)
