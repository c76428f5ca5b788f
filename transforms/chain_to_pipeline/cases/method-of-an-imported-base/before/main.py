from base import Extractor


class Videos(Extractor):
    def entries(self, page):
        entries = [self.entry("http://" + path) for path in page.split(" ")]
        found = []
        found.extend(entries)
        return found


print(Videos().entries("a b"))
