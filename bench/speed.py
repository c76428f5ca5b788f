#!/usr/bin/env python3
"""How fast unspool is: against parsing alone, against ruff, and as files grow.

    python3 bench/speed.py [CORPUS] [--rounds N] [--first] [--json FILE] [--require]

CORPUS is a folder of packages (default: .corpus/src, made by corpus/fetch.py). It is copied first, each package as a repository of its
own. Builds unspool and bench/parse-only in release mode, installs ruff 0.17.6 into .corpus/bench (or takes --ruff PATH).

What is compared is CPU time (user + system, of all threads, from wait4), not the time on the clock, so that a busy machine and the number
of cores matter little. The commands run in turns, one round after the other, and a ratio is the median of the ratios of the rounds.

    parse only   reads and parses every file: the floor of everything that looks at every file. Same discovery, reader, allocator, parser.
    all          unspool check --select ALL: every transform, all repositories
    rare         one transform whose needle few files have
    ruff         ruff check --no-cache with the rules nearest to ours

--first measures the first ratio only. --require exits with status 1 when a limit is missed. Python 3.11+, standard library only.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
RUFF = "0.17.6"
# A transform with a rare needle and the one rule of ruff that answers the same pattern.
RARE, RARE_RULE = "loop-to-yield-from", "UP028"
SKIPPED = {"__pycache__", ".downloads", ".git", "site-packages"}


def measure(command):
    """CPU seconds, wall seconds and peak memory in bytes of one run. Status 1 means findings, which is no failure."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as child:
        errors = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    # 3: some file could not be processed (a corpus has such files); the others were.
    if child.returncode not in (0, 1, 3):
        sys.exit(f"{' '.join(map(str, command))}: status {child.returncode}\n{errors.decode(errors='replace')[-2000:]}")
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return usage.ru_utime + usage.ru_stime, time.perf_counter() - start, peak


def interleaved(commands, rounds):
    """Per command its runs, in turns; the first round only warms the page cache."""
    runs = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            run = measure(command)
            if number:
                runs[name].append(run)
    return runs


def ratio(runs, name, base):
    return statistics.median(a[0] / b[0] for a, b in zip(runs[name], runs[base]))


def copy_packages(source, target):
    """Copies each package, marked as the root of a repository. Returns files and bytes of Python."""
    files = size = 0
    for package in sorted(p for p in source.iterdir() if p.is_dir() and p.name not in SKIPPED):
        shutil.copytree(package, target / package.name, symlinks=True, ignore=lambda _, names: SKIPPED.intersection(names))
        (target / package.name / ".git").mkdir(exist_ok=True)
    for path in target.rglob("*.py"):
        if path.is_file():
            files, size = files + 1, size + path.stat().st_size
    return files, size


def build():
    """Paths of unspool and parse-only, built in release mode."""
    command = ["cargo", "build", "--release", "-p", "unspool", "-p", "parse-only", "--message-format=json-render-diagnostics"]
    out = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout
    found = {}
    for line in out.splitlines():
        message = json.loads(line)
        if message.get("executable"):
            found[message["target"]["name"]] = message["executable"]
    return found["unspool"], found["parse-only"]


def ruff(given):
    """The path of ruff, installed if need be."""
    if given:
        return given
    home = ROOT / ".corpus" / "bench"
    tool = home / "bin" / "ruff"
    have = subprocess.run([tool, "--version"], capture_output=True, text=True).stdout if tool.exists() else ""
    if have.split() != ["ruff", RUFF]:
        subprocess.run([sys.executable, "-m", "venv", home], check=True)
        pip = [home / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", f"ruff=={RUFF}"]
        subprocess.run(pip, check=True)
    return tool


def one_large_file(corpus, path, size):
    """Real code, joined to a single file of about `size` bytes. Returns what it is."""
    parts, total = [], 0
    for source in sorted(corpus.rglob("*.py")):
        try:
            text = source.read_text(encoding="utf-8").rstrip() + "\n"
            compile(text, str(source), "exec", dont_inherit=True)
        except (OSError, ValueError, SyntaxError, RecursionError):
            continue
        if "__future__" in text:
            continue
        parts.append(text)
        total += len(text.encode())
        if total >= size:
            break
    path.write_text("\n".join(parts), encoding="utf-8")
    return path.stat().st_size


def table(rows):
    widths = [max(len(str(row[i])) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(str(cell).ljust(w) if i == 0 else str(cell).rjust(w) for i, (cell, w) in enumerate(zip(row, widths))).rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?", type=pathlib.Path, default=ROOT / ".corpus" / "src")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--first", action="store_true", help="only unspool against parsing alone")
    parser.add_argument("--ruff", help="a ruff to compare with (default: installs the pinned one)")
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--require", action="store_true")
    args = parser.parse_args()
    if not args.corpus.is_dir():
        sys.exit(f"{args.corpus}: no such folder; `python3 corpus/fetch.py` fetches the corpus")
    unspool, parse_only = build()
    limits, found = [], {}

    def limit(what, value, holds, bound, show="{:.2f}x"):
        limits.append((what, show.format(value), bound, "holds" if holds else "MISSED"))
        found[what] = value

    with tempfile.TemporaryDirectory(prefix="unspool-bench-") as scratch:
        corpus = pathlib.Path(scratch) / "once"
        files, size = copy_packages(args.corpus, corpus)
        print(f"{files} files, {size / 1e6:.1f} MB, {os.cpu_count()} cores, {args.rounds} rounds\n")
        commands = {
            "parse only": [parse_only, corpus],
            "unspool, all": [unspool, "check", "--quiet", "--select", "ALL", corpus],
        }
        if not args.first:
            # --isolated: packages that configure ruff would otherwise choose other rules and files.
            tool = [ruff(args.ruff), "check", "--no-cache", "--isolated", "--quiet", "--select"]
            commands |= {
                "ruff, three rules": [*tool, "C419,SIM115,UP028", corpus],
                f"unspool, {RARE}": [unspool, "check", "--quiet", "--select", RARE, corpus],
                f"ruff, {RARE_RULE}": [*tool, RARE_RULE, corpus],
            }
        runs = interleaved(commands, args.rounds)
        rows = [("", "CPU ms, min", "median", "of parse only", "clock ms, min", "peak MB")]
        for name, measured in runs.items():
            cpu = [run[0] * 1000 for run in measured]
            rows.append((name, f"{min(cpu):.0f}", f"{statistics.median(cpu):.0f}", f"{ratio(runs, name, 'parse only'):.2f}x",
                         f"{min(run[1] for run in measured) * 1000:.0f}", f"{max(run[2] for run in measured) / 1e6:.0f}"))
        table(rows)
        value = ratio(runs, "unspool, all", "parse only")
        limit("all transforms / parse only", value, value <= 1.3, "at most 1.30x")
        if not args.first:
            value = ratio(runs, "ruff, three rules", "unspool, all")
            limit("ruff with three rules / all transforms", value, value >= 1.15, "at least 1.15x")
            value = ratio(runs, f"ruff, {RARE_RULE}", f"unspool, {RARE}")
            limit(f"ruff with {RARE_RULE} / {RARE}", value, value >= 4, "at least 4.00x")
            value = max(run[2] for run in runs["unspool, all"]) / 1e6
            limit("peak memory of all transforms", value, value <= 200, "at most 200 MB", "{:.0f} MB")
            value = measure([unspool, "fix", "--dry-run", "--quiet", "--select", "ALL", corpus])[2] / 1e6
            limit("peak memory of fix --dry-run", value, value <= 200, "at most 200 MB", "{:.0f} MB")

            twice = pathlib.Path(scratch) / "twice"
            for part in ("a", "b"):
                shutil.copytree(corpus, twice / part, symlinks=True)
            check = [unspool, "check", "--quiet", "--select", "ALL"]
            growth = interleaved({"once": [*check, corpus], "twice": [*check, twice]}, max(2, args.rounds // 2))
            value = ratio(growth, "twice", "once")
            limit("twice the files", value, value <= 2.2, "at most 2.20x the time")
            sizes = [1 << 20, 2 << 20, 4 << 20, 8 << 20]
            large = {}
            for wanted in sizes:
                path = pathlib.Path(scratch) / f"large_{wanted}.py"
                real = one_large_file(corpus, path, wanted)
                large[real] = [*check, path]
            growth = interleaved(large, max(2, args.rounds // 2))
            rate = {real: min(run[0] for run in measured) / real for real, measured in growth.items()}
            print("\none large file: " + ", ".join(f"{real / 1e6:.1f} MB {rate[real] * 1e9:.0f} ns per byte" for real in large))
            value = rate[max(rate)] / rate[min(rate)]
            limit("time per byte, 8 times larger file", value, value <= 1.3, "at most 1.30x")
    print()
    table([("what", "measured", "limit", ""), *limits])
    if args.json:
        args.json.write_text(json.dumps({"files": files, "bytes": size, "runs": runs, "found": found}, indent=1) + "\n")
    if args.require and any(row[3] == "MISSED" for row in limits):
        sys.exit(1)


if __name__ == "__main__":
    main()
