class Base:
    def __init__(self, name, email):
        self.name = name
        self.email = email

    @property
    def name(self):
        return self._name

    @name.setter
    def name(self, value):
        if not isinstance(value, str):
            raise TypeError("name must be str")
        self._name = value

    @property
    def email(self):
        return self._email

    @email.setter
    def email(self, value):
        if not isinstance(value, str):
            raise TypeError("email must be str")
        self._email = value


class Loud(Base):
    @Base.name.setter
    def name(self, value):
        self._name = value.upper()


print(Loud("ada", "a@b").name)
