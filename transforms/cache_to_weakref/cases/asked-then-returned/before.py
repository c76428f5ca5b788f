"""Pages by path."""


class Page:
    def __init__(self, path):
        self.path = path
        print("read", path)


_cache = {}


def page_of(path):
    """The page, read when it is first asked for."""
    # the same page for everybody
    if path in _cache:
        return _cache[path]
    page = Page(path)
    _cache[path] = page
    return page


pages = [page_of(p) for p in ("a", "b", "a")]
print(pages[0] is pages[2], pages[0] is pages[1])
