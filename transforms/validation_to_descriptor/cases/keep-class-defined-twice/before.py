import sys

if sys.maxsize > 2**32:
    class Base:
        @property
        def name(self):
            return self._name

        @name.setter
        def name(self, value):
            if not isinstance(value, str):
                raise TypeError("name must be str")
            self._name = value
else:
    class Base:
        @property
        def name(self):
            return self._name

        @name.setter
        def name(self, value):
            if not isinstance(value, str):
                raise TypeError("name must be str")
            self._name = value


class Shout(Base):
    @Base.name.setter
    def name(self, value):
        self._name = value.upper()


shout = Shout()
shout.name = "a"
print(shout.name)
