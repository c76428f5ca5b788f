def last_and_total(values):
    last = None
    doubled = [(last := value) * 2 for value in values]
    seen = last
    return seen, sum(doubled)


print(last_and_total([1, 2, 3]))
