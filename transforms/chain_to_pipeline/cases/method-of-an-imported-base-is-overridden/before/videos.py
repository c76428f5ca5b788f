from base import Extractor


class Videos(Extractor):
    def entries(self, page):
        entries = [self.entry("http://" + path) for path in page.split(" ")]
        for entry in entries:
            print("use", entry)
