def number(text):
    try:
        return int(text)
    except ValueError:
        pass
    except TypeError as exc:
        print("type", exc.__class__.__name__)


print(number("x"), number(None))
