class Base:
    pass


class User(Base):
    __tablename__ = "user"

    def __init__(self, id, name):
        self.id = id
        self.name = name

    def __repr__(self):
        return "<User(id='%s', name='%s')>" % (self.id, self.name)


class Address(Base):
    __tablename__ = "address"

    def __init__(self, id, email):
        self.id = id
        self.email = email

    def __repr__(self):
        return "<Address(id='%s', email='%s')>" % (self.id, self.email)


class Order(Base):
    __tablename__ = "order"

    def __init__(self, id, total):
        self.id = id
        self.total = total

    def __repr__(self):
        return "<Order(id='%s', total='%s')>" % (self.id, self.total)


print(User(1, "ann"), Address(2, "a@b"), Order(3, 4.5))
