def attempt(job):
    try:
        return job()
    except ValueError:
        pass


print(attempt(lambda: int("x")), attempt(lambda: 3))
