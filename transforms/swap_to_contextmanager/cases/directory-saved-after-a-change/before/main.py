import os
import tempfile

start = os.getcwd()


def prepare(root):
    os.chdir(root)
    os.makedirs("work", exist_ok=True)
    return os.path.join(root, "work")


def build(root):
    old = os.getcwd()
    os.chdir(prepare(root))
    try:
        return os.path.basename(os.getcwd())
    finally:
        os.chdir(old)


with tempfile.TemporaryDirectory() as root:
    print(build(root), os.getcwd() == start)
    os.chdir(start)
