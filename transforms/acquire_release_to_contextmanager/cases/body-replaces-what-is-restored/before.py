state = {"mode": "plain"}


def shout(text):
    old = state["mode"]
    state["mode"] = "loud"
    try:
        old = "after shouting"
        return text.upper()
    finally:
        state["mode"] = old


def whisper(text):
    old = state["mode"]
    state["mode"] = "low"
    try:
        old = "after whispering"
        return text.lower()
    finally:
        state["mode"] = old


print(shout("Hi"), state, whisper("Hi"), state)
