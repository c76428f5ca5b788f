import os
import tempfile


def save_each(folder, rows):
    errors = []
    for number, values in enumerate(rows):
        try:
            f = open(os.path.join(folder, "n%d" % number), "w")
            for value in values:
                f.write("%d\n" % (10 // value))
            f.close()
        except ZeroDivisionError as error:
            errors.append(error)
    return errors


with tempfile.TemporaryDirectory() as folder:
    errors = save_each(folder, [[1], [1, 0]])
    print(len(errors), [os.path.getsize(os.path.join(folder, n)) for n in sorted(os.listdir(folder))])
