from twisted.internet import defer
from helpers import decode, fetch


@defer.inlineCallbacks
def main():
    d = fetch(3)
    d.addCallback(decode)
    v = yield d
    print(type(v).__name__)
    v.close()


main()
