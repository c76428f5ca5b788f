from pkg.models import Person


def is_person(value):
    return isinstance(value, Person)
