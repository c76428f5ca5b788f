from twisted.internet import defer, reactor, task


class Job(object):
    def start(self):
        d = task.deferLater(reactor, 1, lambda: 1)
        self.pending = d
        d.addCallback(lambda v: v + 1)
        return d


job = Job()
job.start()
job.pending.addCallback(print)
reactor.run()
