class Client:
    def __init__(self):
        self._pending = {}

    def request(self, rid, callback):
        self._pending[rid] = callback

    def on_reply(self, rid, body):
        self._pending.pop(rid)(body)


c = Client()
c.request(1, print)
c.on_reply(1, "pong")
