class Queue:
    def __init__(self, jobs):
        self.jobs = jobs

    def _waiting(self):
        found = []
        for job in self.jobs:
            if job:
                found.append(job)
        return found

    def run(self):
        done = 0
        for job in self._waiting():
            self._finish(job)
            done += 1
        return done

    def _finish(self, job):
        self.jobs.remove(job)


print(Queue([1, 2, 3, 4]).run())
