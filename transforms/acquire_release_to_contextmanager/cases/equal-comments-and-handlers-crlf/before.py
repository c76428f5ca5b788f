state = {"mode": "plain"}


def divide(n):
    # remember
    old = state["mode"]  # a text
    state["mode"] = "busy"
    try:
        return 1 // n
    except ZeroDivisionError:
        return state["mode"]
    finally:
        # as it was
        state["mode"] = old


def add(n):
    # remember
    old = state["mode"]  # a text
    state["mode"] = "busy"
    try:
        return n + 1
    finally:
        # as it was
        state["mode"] = old


print(divide(1), divide(0), add(1), state)
