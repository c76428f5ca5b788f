from contextlib import closing
from multiprocessing.pool import ThreadPool


def run(items):
    with closing(ThreadPool(2)) as pool:
        return pool.map(str, items), pool


done, pool = run([1, 2])
pool.join()
print(done)
