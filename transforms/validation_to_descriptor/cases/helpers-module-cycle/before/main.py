import pkg.models
import pkg.validators

print(pkg.validators.is_person(pkg.models.Person("a", "b", "c", "d")))
