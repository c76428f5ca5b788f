class Form:
    limit = 9

    def check_age(self, value):
        if not isinstance(value, int):
            raise TypeError("age must be an int")
        if value > self.limit:
            raise ValueError("age is too large")
        return value

    def check_size(self, value):
        if not isinstance(value, int):
            raise TypeError("size must be an int")
        if value > self.limit:
            raise ValueError("size is too large")
        return value


class Wide(Form):
    limit = 99

    def check_size(self, value):
        return super().check_size(value) + 1


def load(config, least):
    def check_host(value):
        if len(value) < least:
            raise ValueError("host is too short")
        return value

    def check_user(value):
        if len(value) < least:
            raise ValueError("user is too short")
        return value

    return check_host(config["host"]), check_user(config["user"])


print(Form().check_age(3), Wide().check_size(10), load({"host": "a", "user": "bc"}, 1))
try:
    Form().check_size(10)
except ValueError as e:
    print(e)
