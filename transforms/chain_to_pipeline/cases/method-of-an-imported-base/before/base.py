class Extractor:
    def entry(self, url):
        return {"url": url}
