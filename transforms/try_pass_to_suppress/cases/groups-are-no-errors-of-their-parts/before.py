def run():
    try:
        raise ExceptionGroup("both", [ValueError(1)])
    except ValueError:
        pass
    return "went on"


try:
    print(run())
except BaseException as exc:
    print(type(exc).__name__)
