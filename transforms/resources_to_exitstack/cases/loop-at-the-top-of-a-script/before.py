import os
import tempfile

folder = tempfile.mkdtemp()
paths = [os.path.join(folder, name) for name in "ab"]
for path in paths:
    with open(path, "w") as new:
        new.write(path[-1] * 3)

sources = [open(path) for path in paths]
try:
    print([source.read() for source in sources])
finally:
    for source in sources:
        source.close()
