import os
import tempfile
from pathlib import Path


def doubled(name):
    with open(name) as source, open(name, "r+") as target:
        for line in source.readlines():
            target.write(line.strip() * 1000 + "\n")
            target.flush()


def emptied(name):
    path = Path(name)
    count = 0
    with path.open(buffering=1) as f:
        for line in f.readlines():
            path.write_text("x\n")
            count += 1
    return count


fd, name = tempfile.mkstemp()
os.write(fd, b"".join(b"%d\n" % n for n in range(9000)))
os.close(fd)
print(emptied(name))
with open(name, "w") as f:
    f.writelines(f"{n}\n" for n in range(9000))
doubled(name)
print(os.path.getsize(name))
os.remove(name)
