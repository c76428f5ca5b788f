import orders
import people

for make in [
    lambda: people.Person("a", "b", "c", "d", 1, 2, 3, 4),
    lambda: people.Person("a", 1, "c", "d", 1, 2, 3, 4),
    lambda: orders.Order("a", "b", "c", "d", 1, 0, 3, 4),
]:
    try:
        print(vars(make()))
    except TypeError as error:
        print(error)
