from checks import CHECKS

for check in CHECKS:
    print(check.__name__, check(3))
