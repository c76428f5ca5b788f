def make():
    stack = []

    def first(x):
        stack.append(x)
        try:
            return list(stack)
        finally:
            stack.pop()

    def second(x):
        stack.append(x)
        try:
            return len(stack)
        finally:
            stack.pop()

    return first, second


first, second = make()
print(first(1), second(2))
