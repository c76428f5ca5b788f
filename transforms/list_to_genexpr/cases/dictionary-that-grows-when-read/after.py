import collections

stock = collections.defaultdict(int, {"pear": 1})
names = ["pear", "plum", "fig"]

print(any([stock[n] for n in names]), sorted(stock))
print(stock["fig"] in [stock[n] for n in ["pear", "kiwi"]], sorted(stock))


def total():
    return sum(stock[n] for n in stock)


print(total())
