import sys

if sys.version_info < (2, 6):

    def next(iterator):
        return iterator.next()


def total(iterators):
    return sum([next(iterator) for iterator in iterators])


try:
    print(total([iter([])]))
except StopIteration:
    print("nothing there")
