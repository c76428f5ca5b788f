class Client:
    PAGES = [["a", "b"], ["c"], []]

    def fetch(self, page):
        if page >= len(self.PAGES):
            return []
        return list(self.PAGES[page])

    def every(self):
        page = 0
        while True:
            items = self.fetch(page)
            if not items:
                return
            for item in items:
                yield item
            page += 1


print(list(Client().every()))
