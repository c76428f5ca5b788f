import os
import tempfile


def save(path, values):
    f = open(path, "w")
    for value in values:
        f.write("%d\n" % (10 // value))
    f.close()


def report(path):
    print("so far", os.path.getsize(path))


def checked(path, values):
    try:
        save(path, values)
    except ZeroDivisionError:
        report(path)


class Job:
    def __init__(self, path):
        self.path = path

    def write(self, values):
        f = open(self.path, "w")
        for value in values:
            f.write("%d\n" % (10 // value))
        f.close()

    def run(self, values):
        try:
            self.write(values)
        except ZeroDivisionError:
            self.report()

    def report(self):
        print("job so far", os.path.getsize(self.path))


def guarded(function):
    def inner(path, values):
        try:
            return function(path, values)
        except ZeroDivisionError:
            return os.path.getsize(path)

    return inner


@guarded
def store(path, values):
    f = open(path, "w")
    for value in values:
        f.write("%d\n" % (10 // value))
    f.close()


def attempt(job, path, values):
    try:
        job(path, values)
    except ZeroDivisionError:
        print("attempt", os.path.getsize(path))


def keep(path, values):
    f = open(path, "w")
    for value in values:
        f.write("%d\n" % (10 // value))
    f.close()


def copy(path, values):
    f = open(path, "w")
    for value in values:
        f.write("%d\n" % (10 // value))
    f.close()


def measured(path, values):
    try:
        copy(path, values)
    finally:
        print("in the end", os.path.getsize(path))


with tempfile.TemporaryDirectory() as folder:
    checked(os.path.join(folder, "a"), [1, 0])
    Job(os.path.join(folder, "b")).run([1, 0])
    print(store(os.path.join(folder, "c"), [1, 0]))
    attempt(keep, os.path.join(folder, "d"), [1, 0])
    try:
        measured(os.path.join(folder, "e"), [1, 0])
    except ZeroDivisionError:
        print("failed")
