import re

PATTERNS = (r"\s*:type\s+%s:\s*(\w+)", r"\s*:param\s+(\w+)\s+%s:", r"%s\s+--\s+(\w+)")


def type_in(doc, name):
    patterns = [re.compile(p % re.escape(name)) for p in PATTERNS]
    found = []
    for pattern in patterns:
        match = pattern.search(doc)
        if match:
            found.append(match.group(1))
    return found


print(type_in(":param int size: of it", "size"), type_in("size -- int", "size"), type_in("", "size"))
