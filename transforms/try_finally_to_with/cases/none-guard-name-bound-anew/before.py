import io


def pages(texts):
    page = None
    out = []
    try:
        page = io.StringIO(texts[0])
        out.append(page.read())
        page = io.StringIO(texts[1])
        out.append(page.read())
        return out
    finally:
        if page is not None:
            page.close()
            print("closed", page.closed)


def twice(texts):
    page = None
    seen = []
    try:
        page = io.StringIO(texts[0])
        seen.append(page)
        page = io.StringIO(texts[1])
        seen.append(page)
        raise KeyError(1)
    except KeyError:
        pass
    finally:
        if page is not None:
            page.close()
    return [p.closed for p in seen]


print(pages(["a", "b"]), twice(["a", "b"]))
