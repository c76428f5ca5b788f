state = {"mode": "plain"}


def shout(text):
    old = state["mode"]
    state["mode"] = "loud"
    try:
        return text.upper(), state["mode"]
    finally:
        state["mode"] = old


def sing(text):
    old = state["mode"]
    state["mode"] = "sung"
    try:
        old = "changed"
        return text * 2, state["mode"]
    finally:
        state["mode"] = old


def whisper(text):
    old = state["mode"]
    state["mode"] = "low"
    try:
        return text.lower(), state["mode"]
    finally:
        state["mode"] = old


print(shout("Hi"), whisper("Hi"), state, sing("Hi"), state)
