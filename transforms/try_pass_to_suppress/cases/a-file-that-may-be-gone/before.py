import os


def remove(path):
    try:
        os.remove(path)
    except FileNotFoundError:
        # somebody else was faster
        pass
    return os.path.exists(path)


print(remove("/nonexistent/file"))
