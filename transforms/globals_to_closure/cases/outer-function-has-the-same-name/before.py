_state = "idle"


def watcher(_state):
    def changed(new):
        def assign():
            global _state
            _state = new
        assign()
        return _state
    return changed


def current():
    return _state


print(current(), watcher("mine")("busy"), current())
