numbers = [4, 2]
steps = iter(numbers)
budget = iter(range(20))
numbers.extend([s + 1 for s in steps if next(budget, None) is not None])
print(numbers)
