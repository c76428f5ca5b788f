import _compat
import inspect


def run(job):
    if inspect.isgenerator(job):
        print("generator")
    _compat.run(job)
