def name(path):
    return str(open(path).name)
