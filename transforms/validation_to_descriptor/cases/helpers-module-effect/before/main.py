import models

for make in [lambda: models.Person("a", "b", "c", "d"), lambda: models.Person("a", 1, "c", "d")]:
    try:
        print(vars(make()))
    except TypeError as error:
        print(error)
