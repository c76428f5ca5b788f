class Lazy:
    loads = 0

    def __getattr__(self, name):
        Lazy.loads += 1
        return name


class Counted:
    reads = 0

    def __get__(self, instance, owner):
        Counted.reads += 1
        return 1


class Point:
    x = Counted()


class Pair:
    gets = 0
    __match_args__ = ("left",)

    @property
    def left(self):
        Pair.gets += 1
        return 1


def is_one(pair):
    match pair:
        case Pair(1):
            return True
    return False


def is_named(pair):
    match pair:
        case Pair(left=1):
            return True
    return False


lazies = [Lazy(), Lazy()]
points = [Point(), Point()]
pairs = [Pair(), Pair()]
print(any([lazy.title for lazy in lazies]), Lazy.loads)
print(any([getattr(lazy, "title") for lazy in lazies]), Lazy.loads)
print(any([p.x for p in points]), Counted.reads)
print(any([is_one(p) for p in pairs]), any([is_named(p) for p in pairs]), Pair.gets)
