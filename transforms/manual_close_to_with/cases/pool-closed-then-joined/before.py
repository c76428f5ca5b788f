from multiprocessing.pool import ThreadPool


def squares(values):
    pool = ThreadPool(2)
    result = pool.map(lambda x: x * x, values)
    pool.close()
    pool.join()
    return result


print(squares([1, 2, 3]))
