def _longest(words, wanted):
    if wanted:
        out = []
    for word in words:
        if len(word) > 2:
            out.append(word)
    return out


def shout(words, wanted):
    text = ""
    for word in _longest(words, wanted):
        text += word.upper()
    return text


for wanted in True, False:
    try:
        print(shout(["a", "bbb", "cccc"], wanted))
    except UnboundLocalError:
        print("there is no list")
