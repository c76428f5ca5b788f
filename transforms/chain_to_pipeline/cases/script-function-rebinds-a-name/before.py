factor = 2


def triple():
    global factor
    factor = 3
    return "tripled"


_scaled = [n * factor for n in range(3)]
said = triple()
print(sum(_scaled), said)
