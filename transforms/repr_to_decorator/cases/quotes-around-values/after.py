class Base:
    pass


def auto_repr(*fields):
    def decorate(cls):
        def __repr__(self):
            shown = []
            for field in fields:
                shown.append(f"{field}='{getattr(self, field)!s}'")
            values = ", ".join(shown)
            return f"<{cls.__name__}({values})>"

        cls.__repr__ = __repr__
        return cls

    return decorate


@auto_repr("id", "name")
class User(Base):
    __tablename__ = "user"

    def __init__(self, id, name):
        self.id = id
        self.name = name


@auto_repr("id", "email")
class Address(Base):
    __tablename__ = "address"

    def __init__(self, id, email):
        self.id = id
        self.email = email


@auto_repr("id", "total")
class Order(Base):
    __tablename__ = "order"

    def __init__(self, id, total):
        self.id = id
        self.total = total


print(User(1, "ann"), Address(2, "a@b"), Order(3, 4.5))
