def firsts(iterators):
    values = [next(iterator) for iterator in iterators]
    return tuple(values)


try:
    print(firsts([iter([1]), iter([])]))
except StopIteration:
    print("one is empty")
