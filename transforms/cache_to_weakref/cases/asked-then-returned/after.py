"""Pages by path."""

import weakref


class Page:
    def __init__(self, path):
        self.path = path
        print("read", path)


_cache = weakref.WeakValueDictionary()


def page_of(path):
    """The page, read when it is first asked for."""
    # the same page for everybody
    page = _cache.get(path)
    if page is not None:
        return page
    page = Page(path)
    _cache[path] = page
    return page


pages = [page_of(p) for p in ("a", "b", "a")]
print(pages[0] is pages[2], pages[0] is pages[1])
