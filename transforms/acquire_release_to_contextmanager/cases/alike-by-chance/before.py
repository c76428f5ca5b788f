open_files = 0


def copied(lines):
    global open_files
    open_files += 1
    try:
        return [line.upper() for line in lines]
    finally:
        open_files -= 1


def counted(lines):
    global open_files
    # The counter of files stands in for one of readers, until there is one.
    open_files += 1
    try:
        return len(lines)
    finally:
        open_files -= 1


print(copied(["a"]), counted(["b", "c"]), open_files)
