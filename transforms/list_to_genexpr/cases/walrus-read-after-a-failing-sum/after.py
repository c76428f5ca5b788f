def opening(account):
    return account.get("opening")


def balance(amounts: list[int], account):
    last = 0
    try:
        total = sum((last := a for a in amounts), opening(account))
    except TypeError:
        return "no opening balance, last was %d" % last
    return total


def longest(numbers: list[int]):
    last = 0
    try:
        return max((last := n for n in numbers), key=lambda n: 10 // n)
    except ZeroDivisionError:
        return last


print(balance([5, 6], {"opening": 1}))
print(longest([1, 5]))
