LOG = []


def log(x):
    LOG.append(("seen", x))
    return x


def run():
    out = LOG
    out.extend([log(x) for x in range(3)])
    return out


print(run())
