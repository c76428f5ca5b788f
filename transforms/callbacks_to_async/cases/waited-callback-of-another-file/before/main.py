from twisted.internet import defer
from helpers import decode, fetch


async def main():
    d = fetch(3)
    d.addCallback(decode)
    text = await d
    print(text)


defer.ensureDeferred(main())
