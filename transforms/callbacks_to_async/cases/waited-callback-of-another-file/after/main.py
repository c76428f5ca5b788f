from twisted.internet import defer
from helpers import decode, fetch


async def main():
    result = await fetch(3)
    text = await decode(result)
    print(text)


defer.ensureDeferred(main())
