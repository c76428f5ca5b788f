class Bar:
    def __init__(self):
        self.log = []

    def open(self, title, count):
        self.log.append((title, count))

    def close(self):
        self.log.append("end")


BAR = Bar()


def fetch(urls):
    BAR.open("fetch", len(urls))
    try:
        return [url.upper() for url in urls]
    finally:
        BAR.close()


def parse(pages):
    BAR.open("parse", len(pages))
    try:
        return [10 // page for page in pages]
    finally:
        BAR.close()


print(fetch(["a"]), parse([5]))
try:
    parse([0])
except ZeroDivisionError:
    print(BAR.log)
