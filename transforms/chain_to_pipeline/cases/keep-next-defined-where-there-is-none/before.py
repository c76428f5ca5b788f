try:
    next
except NameError:

    def next(iterator):
        return iterator.next()


def firsts(iterators):
    values = [next(iterator) for iterator in iterators]
    return sorted([value * 2 for value in values])


try:
    print(firsts([iter([])]))
except StopIteration:
    print("nothing there")
