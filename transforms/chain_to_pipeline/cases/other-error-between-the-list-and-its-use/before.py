def total(words, found):
    numbers = [int(word) for word in words]
    rest = found["rest"]
    return sum(numbers) + rest


try:
    print(total(["1", "x"], {}))
except ValueError:
    print("no number")
except KeyError:
    print("no rest")
