import checks

print(getattr(checks.check_age, "__name__", "?"), checks.check_height(3))
