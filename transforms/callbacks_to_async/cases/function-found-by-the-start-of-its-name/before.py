class Loader:
    def load_text(self, n, callback):
        callback("text %d" % n)

    def load(self, kind, n, callback):
        getattr(self, "load_" + kind)(n, callback)


loader = Loader()
loader.load("text", 1, print)
loader.load_text(2, print)
