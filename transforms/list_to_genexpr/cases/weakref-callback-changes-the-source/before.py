import gc
import weakref


class Registry:
    _configs = {}

    def __init__(self, owner):
        self._owner = weakref.ref(owner, self._forget)
        self._configs[self._owner] = self

    @property
    def owner(self):
        return self._owner()

    @classmethod
    def _forget(cls, ref):
        cls._configs.pop(ref, None)

    @classmethod
    def of_kind(cls, kind):
        return [
            entry
            for entry, owner in [(e, e.owner) for e in cls._configs.values()]
            if owner is not None and issubclass(owner, kind)
        ]


class Meta(type):
    def __subclasscheck__(self, other):
        doomed.clear()
        gc.collect()
        return True


class Kind(metaclass=Meta):
    pass


owners = [type("A", (), {}), type("B", (), {})]
doomed = [type("C", (), {})]
for owner in [*owners, *doomed]:
    Registry(owner)
del owner
print(len(Registry.of_kind(Kind)))
