#!/usr/bin/env python3
"""Rewrite the whole corpus and run its own tests before and after.

    apply.py [--only NAME,NAME] [--select ID,ID] [--flag=--unsafe-fixes]... [--no-tests] [--resource-warnings]

For each package: a copy is rewritten with `unspool fix` (the default transforms, safe, unless --select or --flag say otherwise). Then
  - the diff of `fix --dry-run`, applied to the originals with `git apply`, must give the bytes that `fix` wrote
  - a second `fix` must change nothing
  - every changed file must compile with the package's own Python
  - the package's tests must show no new failure and lose no test against the untouched tree (run once, kept in WORK/baseline; a
    failure counts when it comes back in a second run)
With --resource-warnings the tests of a changed package also run with `-W error::ResourceWarning`, before and after: no more of them than
before. Writes snapshots/corpus/results.md (a subset of packages writes no table unless --results names one), and per transform and package the
diff that it makes alone to WORK/diffs/ID/NAME.diff, for review.py. Exit status 1 when anything of the above does not hold.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import common


def tests(package, tree, args, *more):
    """Outcome of every test on a tree."""
    command = [sys.executable, common.HERE / "runtests.py", package["name"], tree, "--venvs", args.venvs, "--all", "--timeout", str(args.timeout), *more]
    done = subprocess.run(command, capture_output=True, text=True)
    if not done.stdout:
        sys.exit(f"{package['name']}: {done.stderr}")
    return json.loads(done.stdout)


def baseline(package, args):
    """Outcome of every test on the untouched tree."""
    path = args.baseline / f"{package['name']}.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(tests(package, args.src / package["dir"], args)))
    return json.loads(path.read_text())


def warnings(package, tree, args):
    """How many resources the tests leave to the garbage collector, on the untouched tree and on the rewritten one."""
    def count(folder):
        return sum(tests(package, folder, args, "--resource-warnings")["resource_warnings"].values())

    return count(args.src / package["dir"]), count(tree)


def known(package, before):
    """Tests that fail without us, here or where the corpus was recorded."""
    return {*before["failing"], *package.get("baseline_failing", []), *package.get("flaky", [])}


def identity(name):
    """A test's name without the scratch folder that its parameters may hold."""
    return re.sub(r"/[^\s\[:]*?/corpus-[^/]+/", "/scratch/", name)


def compare(package, changed, tree, args):
    """Tests before and after: passed, passed, new failures, lost tests, what else is wrong. An unchanged tree is not run."""
    before = baseline(package, args)
    if not changed:
        return before["passed"], before["passed"], [], [], []
    after = tests(package, tree, args)
    ran = {identity(name) for name, outcome in before["all"].items() if outcome == "passed"}
    expected = {identity(name) for name in known(package, before)}

    def judge(result):
        failures = sorted({identity(name) for name in result["failing"]} - expected)
        return failures, sorted(ran - {identity(name) for name in result["all"]} - expected)

    failures, lost = judge(after)
    if failures or lost:
        again = judge(tests(package, tree, args))
        failures = [name for name in failures if name in again[0]]
        lost = [name for name in lost if name in again[1]]
    faults = [f"timed out after {args.timeout} s"] if after["timeout"] else []
    if after["imported_elsewhere"]:
        faults.append(f"the tests import other files than the rewritten ones: {after['imported_elsewhere']}")
    return before["passed"], after["passed"], failures, lost, faults


def rewrites(done):
    """The number of rewrites that the closing line of `fix` names."""
    found = re.search(rb"^(?:(\d+) rewrites?|[Nn]o rewrites) in ", done.stderr, re.MULTILINE)
    if not found:
        sys.exit(f"no closing line: {done.stderr.decode(errors='replace')}")
    return int(found[1] or 0)


def changed_files(before, after):
    """Relative paths of the files that differ."""
    return [path.relative_to(after) for path in sorted(after.rglob("*")) if path.is_file() and not path.is_symlink()
            and path.read_bytes() != (before / path.relative_to(after)).read_bytes()]


def diff_applies(diff, changed, original, tree, scratch):
    """Whether the diff makes of the original files what lies in the tree."""
    for path in changed:
        (scratch / path).parent.mkdir(parents=True, exist_ok=True)
        (scratch / path).write_bytes((original / path).read_bytes())
    # The ceiling: inside of a repository, git would take the paths for paths of that one.
    env = os.environ | {"GIT_CEILING_DIRECTORIES": str(scratch.parent)}
    done = subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], cwd=scratch, input=diff, capture_output=True, env=env)
    return done.returncode == 0 and all((scratch / path).read_bytes() == (tree / path).read_bytes() for path in changed)


def compiles(package, changed, tree, args):
    """Messages of the files that the package's Python does not compile."""
    python = args.venvs / package["python"] / "bin" / "python"
    program = "import sys\nfor p in sys.stdin.read().splitlines():\n try: compile(open(p, 'rb').read(), p, 'exec', dont_inherit=True)\n except Exception as e: print(f'{p}: {e}')"
    done = subprocess.run([python, "-W", "ignore", "-c", program], cwd=tree, input="\n".join(map(str, changed)), capture_output=True, text=True)
    return done.stdout.splitlines() + ([done.stderr] if done.returncode else [])


def one(package, args, ids):
    """Rewrites and judges a package."""
    name, original, tree = package["name"], args.src / package["dir"], args.work / "trees" / package["dir"]
    common.copy(package, args, tree)
    paths = common.sources(package, tree)
    counts = {}
    for ident in ids:
        alone = common.run(args, tree, "fix", "--dry-run", "--select", ident, *args.flag, *paths)
        counts[ident] = rewrites(alone)
        diff = args.work / "diffs" / ident / f"{name}.diff"
        diff.parent.mkdir(parents=True, exist_ok=True)
        diff.write_bytes(alone.stdout)

    flags = [*(["--select", args.select] if args.select else []), *args.flag]
    dry = common.run(args, tree, "fix", "--dry-run", *flags, *paths)
    done = common.run(args, tree, "fix", *flags, *paths)
    changed = changed_files(original, tree)
    faults = [line for line in done.stderr.decode(errors="replace").splitlines() if "internal error" in line]
    scratch = args.work / "applied" / package["dir"]
    shutil.rmtree(scratch, ignore_errors=True)
    if dry.stdout and not diff_applies(dry.stdout, changed, original, tree, scratch):
        faults.append("the diff does not give what fix wrote")
    faults += compiles(package, changed, tree, args)
    snapshot = {path: (tree / path).read_bytes() for path in changed}
    common.run(args, tree, "fix", *flags, *paths)
    if [path for path in changed_files(original, tree) if snapshot.get(path) != (tree / path).read_bytes()]:
        faults.append("a second run changes it again")

    row = {"name": name, "version": package["version"], "files": len(changed), "rewrites": rewrites(done), "counts": counts, "faults": faults}
    if package["kind"] == "test" and not args.no_tests:
        (tree / ".git").rmdir()  # some tests look for it
        before, after, failures, lost, more = compare(package, changed, tree, args)
        row |= {"before": before, "after": after, "failures": failures, "lost": lost, "faults": faults + more}
        if args.resource_warnings and changed:
            row["warned"] = warnings(package, tree, args)
            if row["warned"][1] > row["warned"][0]:
                row["faults"].append(f"{row['warned'][1]} resource warnings, {row['warned'][0]} before")
    return row


def results(rows, ids):
    """The table, and what went wrong below it."""
    warned = any("warned" in row for row in rows)
    head = ["package", "files", "rewrites", *ids, "passed before", "after", "new failures", "lost tests"]
    head += ["resource warnings before", "after"] * warned
    lines = ["# unspool on the corpus", "", "Made by `corpus/apply.py`: `unspool fix` (safe) on each package's own code, then the package's own tests. The number",
             "behind a transform is what it rewrites alone; `rewrites` is what they do together. Some packages are there to be rewritten and compiled",
             "only. An unchanged package is not tested again.", "",
             "| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    for row in rows:
        cells = [f"{row['name']} {row['version']}", row["files"], row["rewrites"], *(row["counts"][ident] for ident in ids)]
        cells += [row["before"], row["after"], len(row["failures"]), len(row["lost"])] if "before" in row else [""] * 4
        cells += row.get("warned", [""] * 2) if warned else []
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    total = ["**all**", sum(row["files"] for row in rows), sum(row["rewrites"] for row in rows), *(sum(row["counts"][ident] for row in rows) for ident in ids)]
    total += [sum(row.get(key, 0) for row in rows) for key in ("before", "after")] + [sum(len(row.get(key, [])) for row in rows) for key in ("failures", "lost")]
    total += [sum(row["warned"][at] for row in rows if "warned" in row) for at in (0, 1)] if warned else []
    lines.append("| " + " | ".join(map(str, total)) + " |")
    for row in rows:
        wrong = [f"new failure: {name}" for name in row.get("failures", [])] + [f"lost: {name}" for name in row.get("lost", [])] + row["faults"]
        if wrong:
            lines += ["", f"## {row['name']}", "", *(f"- {fault}" for fault in wrong)]
    return "\n".join(lines) + "\n"


def bad(row):
    return bool(row["faults"] or row.get("failures") or row.get("lost"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    common.arguments(parser)
    parser.add_argument("--select", help="ids of transforms instead of those that are on by default")
    parser.add_argument("--flag", action="append", default=[], help="a further flag for `fix`, as in --flag=--unsafe-fixes")
    parser.add_argument("--venvs", type=pathlib.Path, default=common.HOME / "venvs")
    parser.add_argument("--work", type=pathlib.Path, default=common.HOME / "work", help="where copies, diffs and baselines go")
    parser.add_argument("--baseline", type=pathlib.Path, help="results of the untouched trees (default: WORK/baseline)")
    parser.add_argument("--timeout", type=int, default=900, help="seconds per test run")
    parser.add_argument("--no-tests", action="store_true")
    parser.add_argument("--resource-warnings", action="store_true", help="also count resources that are never closed")
    parser.add_argument("--results", type=pathlib.Path, help="where the table goes")
    args = parser.parse_args()
    args.baseline = args.baseline or args.work / "baseline"
    args.src, args.work, args.venvs = args.src.resolve(), args.work.resolve(), args.venvs.resolve()
    found = common.packages(args)
    ids = args.select.split(",") if args.select else [ident for ident, default in common.transforms(args).items() if default]
    rows = []
    for package in found:
        row = one(package, args, ids)
        rows.append(row)
        warned = f", {row['warned'][0]} resource warnings before, {row['warned'][1]} after" if "warned" in row else ""
        tail = f", {row['before']} passed before, {row['after']} after, {len(row['failures'])} new failures, {len(row['lost'])} lost" if "before" in row else ""
        print(f"{row['name']}: {row['rewrites']} rewrites in {row['files']} files{tail}{warned}", flush=True)
        for fault in [*row.get("failures", []), *row.get("lost", []), *row["faults"]]:
            print(f"  {fault}", flush=True)
        if args.results:  # A run of hours that is ended early has said what it found.
            common.write(args.results, results(rows, ids))
    if not args.results and not (args.only or args.no_tests or args.flag or args.select):
        common.write(common.SNAPSHOTS / "results.md", results(rows, ids))
    sys.exit(any(bad(row) for row in rows))


if __name__ == "__main__":
    main()
