class Avatar:
    def received(self, message, *args):
        d = getattr(self, "perspective_" + message)(*args)
        d.addCallback(print)
        return d
