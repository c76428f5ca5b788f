from checks import check_age, check_height as ch

print(check_age.__name__, ch.__qualname__, ch(1))
