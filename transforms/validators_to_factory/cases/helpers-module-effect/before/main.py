import ages

for check, value in [(ages.check_age, 3), (ages.check_percent, 101), (ages.check_hour, 24), (ages.check_minute, 59)]:
    try:
        print(check(value))
    except ValueError as error:
        print(error)
