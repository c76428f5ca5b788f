HUB = None


def setup(config):
    global HUB
    HUB = dict(config)
    return True
