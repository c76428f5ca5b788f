"""Runs generated functions many times and tells what happened in them.

Standard input: one Python source per line, as JSON, each with a function `f(x)` in the vocabulary below.
Standard output: one line per source with the list of its runs. A run is a list of events [kind, statement, value]:

    start  the statement begins; the value that `x` has there, null if it is unbound
    new    the statement makes a value that `x` is about to get
    read   the statement has read this value from `x`
    done   the statement has ended normally
    end    the function has been left

Everything else is chance, from a seed: tests, lengths of loops, what raises and what swallows.
"""

import json
import random
import sys
import warnings


class V:
    def __init__(self, n):
        self.n = n


class Run:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.events = []
        self.last = 0
        self.fuel = 60

    def log(self, kind, k, value=None):
        self.events.append([kind, k, value])

    def chance(self, percent):
        return self.random.randrange(100) < percent

    def new(self, k, make=V):
        self.last += 1
        self.log("new", k, self.last)
        return make(self.last)

    def may_raise(self, percent=12):
        if self.chance(percent):
            raise (Err if self.chance(70) else Other)(0)

    def start(self, k, depth=2):
        self.fuel -= 1
        x = sys._getframe(depth).f_locals.get("x")
        self.log("start", k, getattr(x, "n", None))
        self.may_raise()


class Pair(list):
    n = 0


class Err(Exception):
    count = 1_000_000

    def __init__(self, _):
        Err.count += 1
        self.n = Err.count


class Other(Err):
    pass


class Manager:
    def __init__(self, run, k):
        self.run, self.k = run, k

    def __enter__(self):
        self.run.may_raise()
        return self.run.new(self.k)

    def __exit__(self, *exception):
        self.run.may_raise(5)
        return self.run.chance(40)


def vocabulary(run):
    def S(k):  # start of a read
        run.start(k)
        return k

    def P(k):  # a statement that does nothing
        run.start(k)
        run.log("done", k)

    def R(k, x):  # a read
        run.log("read", k, x.n)
        run.may_raise(5)
        run.log("done", k)

    def W(k):  # the value of an assignment
        run.start(k)
        value = run.new(k)
        run.log("done", k)
        return value

    def L(k):  # the start of a `del`
        run.start(k)
        return [0]

    def C(k):  # a test
        run.start(k)
        return run.fuel > 0 and run.chance(50)

    def I(k):  # what a loop runs over
        run.start(k)

        def elements():
            for _ in range(run.random.randrange(3) if run.fuel > 0 else 0):
                yield run.new(k)
            run.may_raise(30)

        return elements()

    def M(k):  # a context manager
        run.start(k)
        return Manager(run, k)

    def H(k):  # the class of a handler
        run.may_raise(3)
        return Err if run.chance(60) else Other

    def K(k):  # the subject of a match
        run.start(k)
        value = run.new(k)
        if run.chance(40):
            return value
        pair = Pair([value, run.random.randrange(2)])
        pair.n = value.n
        return pair

    return {"S": S, "P": P, "R": R, "W": W, "L": L, "C": C, "I": I, "M": M, "H": H, "K": K, "Err": Err}


def run_once(code, seed):
    run = Run(seed)
    names = vocabulary(run)
    exec(code, names)
    try:
        result = names["f"](run.new(0))
        if hasattr(result, "send"):
            for _ in result:
                if run.chance(25):
                    result.close()
                    break
    except (Err, UnboundLocalError, NameError, RuntimeError):
        pass
    run.log("end", 0)
    return run.events


def main():
    warnings.simplefilter("ignore")
    # A generator that yields while it is closed is closed again when it is collected.
    sys.unraisablehook = lambda _: None
    for line in sys.stdin:
        code = compile(json.loads(line), "<generated>", "exec")
        print(json.dumps([run_once(code, seed) for seed in range(40)]), flush=True)


main()
