class Basket:
    def __init__(self, things):
        self.things, self.closed = list(things), False

    def __len__(self):
        return len(self.things)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def close(self):
        self.closed = True


made = []


def carry(things):
    basket = None
    try:
        basket = Basket(things)
        made.append(basket)
    finally:
        if basket:
            basket.close()


carry("ab")
carry("")
print([b.closed for b in made])
