from videos import Videos


class Loud(Videos):
    def entry(self, url):
        print("entry", url)
        return {"url": url}


def run():
    Loud().entries("a b")
