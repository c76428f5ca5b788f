import state

state.bump()
for name in ("_count", "_limit"):
    print(name, getattr(state, name))
