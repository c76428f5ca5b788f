#!/usr/bin/env python3
"""Memory and time of the lazy idioms, before and after.

    bench/lazy.py [--python PY]... [--repeat 5]

Each program runs in an interpreter of its own. Memory is the peak resident size above that of an empty program; time is the least of
the repeated runs, of processor time, measured in the program. The pages of the transforms quote the figures.
"""
import argparse
import os
import subprocess
import sys
import tempfile

SETUP = "import sys\nN = 1000000\nitems = range(N)\nPATH = sys.argv[1]\n"

# Name: before, after. Each gives a number, which must be the same.
PROGRAMS = {
    "sum of a comprehension over a million": (
        "result = sum([x * x for x in items])",
        "result = sum(x * x for x in items)",
    ),
    "any that is true at once": (
        "result = any([x > 10 for x in items])",
        "result = any(x > 10 for x in items)",
    ),
    "three stages over a million": (
        "data = [x * 3 for x in items]\nkept = [x for x in data if x % 2]\nhalved = [x // 2 for x in kept]\nresult = 0\nfor x in halved:\n    result += x",
        "data = (x * 3 for x in items)\nkept = (x for x in data if x % 2)\nhalved = (x // 2 for x in kept)\nresult = 0\nfor x in halved:\n    result += x",
    ),
    "a function that builds a list": (
        "def squares():\n    out = []\n    for x in items:\n        out.append(x * x)\n    return out\nresult = 0\nfor square in squares():\n    result += square",
        "def squares():\n    for x in items:\n        yield x * x\nresult = 0\nfor square in squares():\n    result += square",
    ),
    "a large file through grep and upper": (
        "with open(PATH) as f:\n    found = [line for line in f.readlines() if 'x' in line]\n    upper = [line.upper() for line in found]\n    result = sum(len(line) for line in upper)",
        "with open(PATH) as f:\n    found = (line for line in f if 'x' in line)\n    upper = (line.upper() for line in found)\n    result = sum(len(line) for line in upper)",
    ),
}

MEASURED = """import resource, time
def run():
{body}
    return result
began = time.process_time()
result = run()
took = time.process_time() - began
print(result, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def measure(python, body, path, repeat):
    """(result, seconds, KiB)"""
    indented = "\n".join("    " + line for line in body.splitlines())
    program = SETUP + MEASURED.format(body=indented)
    runs = []
    for _ in range(repeat):
        out = subprocess.run([python, "-I", "-c", program, path], capture_output=True, text=True, check=True).stdout.split()
        runs.append((out[0], float(out[1]), int(out[2])))
    if len({result for result, _, _ in runs}) != 1:
        sys.exit(f"{python}: not the same result each time")
    return runs[0][0], min(seconds for _, seconds, _ in runs), min(kib for _, _, kib in runs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", action="append", help="an interpreter; may be given several times")
    parser.add_argument("--repeat", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, "lines.txt")
        with open(path, "w") as file:
            file.writelines(f"line {i} {'x' if i % 2 else 'y'} of a file that is not small\n" for i in range(1000000))
        for python in args.python or [sys.executable]:
            version = subprocess.run([python, "-c", "import sys; print(sys.version.split()[0])"], capture_output=True, text=True, check=True)
            _, _, empty = measure(python, "result = 0", path, args.repeat)
            print(f"Python {version.stdout.strip()}")
            print(f"{'':42}{'MiB before':>12}{'after':>8}{'ms before':>12}{'after':>8}{'time':>7}")
            for name, (before, after) in PROGRAMS.items():
                old, new = (measure(python, body, path, args.repeat) for body in (before, after))
                if old[0] != new[0]:
                    sys.exit(f"{name}: {old[0]} before, {new[0]} after")
                memory = [max(0, kib - empty) / 1024 for _, _, kib in (old, new)]
                times = [seconds * 1000 for _, seconds, _ in (old, new)]
                print(f"{name:42}{memory[0]:12.1f}{memory[1]:8.1f}{times[0]:12.1f}{times[1]:8.1f}{times[1] / times[0]:6.2f}x")


if __name__ == "__main__":
    main()
