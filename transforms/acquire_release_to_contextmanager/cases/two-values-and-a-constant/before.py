slots = []


def first(name):
	number = len(slots)
	slot = {"a": name}
	slots.append(slot)
	try:
		slot["n"] = number
		return dict(slot)
	finally:
		slots.pop(number)


def second(key):
	n = len(slots)
	place = {"b": key}
	slots.append(place)
	try:
		return n, place
	finally:
		slots.pop(n)


print(first("x"), second("y"), slots)
