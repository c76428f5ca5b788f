def _make_state():
    state = "idle"

    def watcher(_state):
        def changed(new):
            def assign():
                nonlocal state
                state = new
            assign()
            return _state
        return changed

    def current():
        return state

    return watcher, current


watcher, current = _make_state()


print(current(), watcher("mine")("busy"), current())
