class Person:
    def __init__(self, name, email, city, street, age, size, height, shoe):
        self.name = name
        self.email = email
        self.city = city
        self.street = street
        self.age = age
        self.size = size
        self.height = height
        self.shoe = shoe

    @property
    def name(self):
        return self._name

    @name.setter
    def name(self, value):
        if not isinstance(value, str):
            raise TypeError("name must be a string")
        self._name = value

    @property
    def email(self):
        return self._email

    @email.setter
    def email(self, value):
        if not isinstance(value, str):
            raise TypeError("email must be a string")
        self._email = value

    @property
    def city(self):
        return self._city

    @city.setter
    def city(self, value):
        if not isinstance(value, str):
            raise TypeError("city must be a string")
        self._city = value

    @property
    def street(self):
        return self._street

    @street.setter
    def street(self, value):
        if not isinstance(value, str):
            raise TypeError("street must be a string")
        self._street = value

    @property
    def age(self):
        return self._age

    @age.setter
    def age(self, value):
        if value <= 0:
            raise TypeError("age must be positive")
        self._age = value

    @property
    def size(self):
        return self._size

    @size.setter
    def size(self, value):
        if value <= 0:
            raise TypeError("size must be positive")
        self._size = value

    @property
    def height(self):
        return self._height

    @height.setter
    def height(self, value):
        if value <= 0:
            raise TypeError("height must be positive")
        self._height = value

    @property
    def shoe(self):
        return self._shoe

    @shoe.setter
    def shoe(self, value):
        if value <= 0:
            raise TypeError("shoe must be positive")
        self._shoe = value
