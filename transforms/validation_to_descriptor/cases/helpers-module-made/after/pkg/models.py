from pkg.validators import Typed


class Person:
    name = Typed(str)
    email = Typed(str)
    city = Typed(str)
    street = Typed(str)

    def __init__(self, name, email, city, street):
        self.name = name
        self.email = email
        self.city = city
        self.street = street
