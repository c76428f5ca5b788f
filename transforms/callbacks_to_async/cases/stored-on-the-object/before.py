class Request:
    def start(self, n, callback):
        self.n = n
        self.callback = callback

    def fire(self):
        self.callback(self.n)


request = Request()
request.start(3, print)
request.fire()
request.fire()
