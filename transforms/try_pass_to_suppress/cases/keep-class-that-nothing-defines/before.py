def f(g):
    try:
        g()
    except missing.Error:
        pass


f(lambda: 1)
print("ok")
