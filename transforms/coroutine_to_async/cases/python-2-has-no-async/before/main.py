from __future__ import print_function

from twisted.internet import defer


@defer.inlineCallbacks
def _twice(number):
    value = yield defer.succeed(number)
    defer.returnValue(value * 2)


@defer.inlineCallbacks
def main():
    four = yield _twice(2)
    print(four)


main()
