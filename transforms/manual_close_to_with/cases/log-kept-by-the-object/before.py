import io


class Job:
    log = None

    def run(self, steps):
        f = io.StringIO()
        self.log = f
        for step in steps:
            f.write("%d\n" % (10 // step))
        f.close()
        return "done"


job = Job()
print(job.run([1, 2]))
try:
    job.run([5, 0])
except ZeroDivisionError:
    print("so far:", job.log.getvalue().split())
