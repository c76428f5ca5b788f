import sys

import jobs
from jobs import both
from twisted.internet import reactor


def main():
    jobs.show(6)
    jobs.halve(8).addCallback(lambda half: print("eight", half))
    d = both(20,
             4)
    d.addBoth(print)
    jobs.halve("x").addErrback(lambda failure: print(failure.type.__name__))


main()
reactor.run()
sys.stdout.flush()
