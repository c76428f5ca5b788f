import subprocess
import sys

COMMAND = [sys.executable, "-c", "print('hello')"]


def start(n):
    processes = [subprocess.Popen(COMMAND, stdout=subprocess.PIPE) for _ in range(n)]
    try:
        print(len(processes))
    finally:
        for p in processes:
            p.wait()
    return [p.stdout.read().strip() for p in processes]


print(start(2))
