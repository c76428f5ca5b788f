def drain(rows):
    queue = rows
    picked = [row + 1 for row in rows]
    queue.clear()
    return sum(picked)


print(drain([1, 2, 3]))
