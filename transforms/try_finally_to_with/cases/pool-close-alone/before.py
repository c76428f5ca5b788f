from multiprocessing.pool import ThreadPool


def run(items):
    pool = ThreadPool(2)
    try:
        return pool.map(str, items), pool
    finally:
        pool.close()


done, pool = run([1, 2])
pool.join()
print(done)
