opened = []
managed_opened = "a list"
opened_context = "a text"
opened_managed = "another"


def one(x):
    opened.append(x)
    try:
        return list(opened)
    finally:
        opened.pop()


def two(x):
    opened.append(x)
    try:
        return len(opened)
    finally:
        opened.pop()


print(one(1), two(2), managed_opened, opened_context, opened_managed)
