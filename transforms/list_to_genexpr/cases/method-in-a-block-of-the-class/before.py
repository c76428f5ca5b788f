class Handle:
    for _ in range(1):

        def __del__(self):
            print("gone")


print(any([Handle() is not None for _ in range(2)]))
