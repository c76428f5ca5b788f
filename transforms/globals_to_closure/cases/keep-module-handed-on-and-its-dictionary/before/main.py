import state


def show(module):
    print(module.__dict__["_count"], vars(module)["_count"])


state.bump()
show(state)
state.bump()
show(state)
