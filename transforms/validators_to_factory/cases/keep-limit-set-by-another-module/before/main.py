import checks

checks.SMALL = 50
print(checks.small(40), checks.large(40))
