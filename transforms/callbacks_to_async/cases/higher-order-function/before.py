def search(items, done):
    for item in items:
        if done(item):
            return item
    return None


print(search([1, 2, 3], lambda x: x > 1))
