def auto_repr(*fields):
    def decorate(cls):
        def __repr__(self):
            shown = []
            for field in fields:
                shown.append(f"{field}={getattr(self, field)!r}")
            values = ", ".join(shown)
            return f"{cls.__name__}({values})"

        cls.__repr__ = __repr__
        return cls

    return decorate
