import pkg.models
import pkg.orders

for make in [lambda: pkg.models.Person("a", "b", "c", "d"), lambda: pkg.models.Person("a", 1, "c", "d"), lambda: pkg.orders.Order("x", 2, "c", "d")]:
    try:
        print(vars(make()))
    except TypeError as error:
        print(error)
print(pkg.models.Person("a", "b", "c", "d").name)
