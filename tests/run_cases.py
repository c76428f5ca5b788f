#!/usr/bin/env python3
"""Run unspool over a folder of cases and print what falls short.

    run_cases.py TOOL CASES_DIR [--only ID[/CASE]]... [--python PY]... [--json]

TOOL is the built binary. CASES_DIR is `transforms`, or holds TRANSFORM-ID/CASE/ folders (format: transforms/README.md).
For each case the program is copied to a scratch folder and rewritten with
    TOOL fix --profile all --select ID [--unsafe-fixes] FOLDER
then judged. rewrite: changed, `absent`/`present` hold, the program prints what it printed before (--unsafe-fixes for tier "unsafe").
keep: bytes unchanged; and where it is then rewritten with --unsafe-fixes, the program still behaves the same (what can be refuted is
refused, not offered). With `breaks`, an assumption that the program breaks: it is then rewritten, and differs on the Python that the case names.
In all: `--dry-run` wrote nothing and its diff, applied with `patch -p1`, gives the same bytes; a second run changes nothing.
Exit status 0 where all hold, 1 otherwise. The last line is "N passed, M failed".
"""
import argparse, functools, json, os, pathlib, re, shutil, subprocess, sys, tempfile, tomllib


def run(cmd, cwd, timeout=60):
    env = dict(os.environ, PYTHONDONTWRITEBYTECODE="1", PYTHONHASHSEED="0", NO_COLOR="1")
    return subprocess.run(cmd, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout, stdin=subprocess.DEVNULL)


def snapshot(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and "__pycache__" not in p.parts}


def program(folder):
    return "main.py" if (folder / "main.py").exists() else "before.py"


def behaviour(python, folder):
    out = run([python, program(folder)], folder)
    return out.returncode, out.stdout


@functools.cache
def version(python):
    out = run([python, "-c", "import sys; print(*sys.version_info[:2])"], None)
    return tuple(map(int, out.stdout.split()))


def fix(tool, work, flags):
    return run([tool, "fix", "--profile", "all", *flags, "."], work)


def transform_of(case):
    """The id of the case's transform: `list-to-genexpr` of list-to-genexpr/CASE and of list_to_genexpr/cases/CASE."""
    folder = case.parent.parent if case.parent.name == "cases" else case.parent
    return folder.name.replace("_", "-")


def check(tool, case, pythons):
    spec = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))
    keep, faults = spec["expect"] == "keep", []
    with tempfile.TemporaryDirectory() as scratch:
        work = pathlib.Path(scratch) / "work"
        if (case / "before").is_dir():
            shutil.copytree(case / "before", work, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            work.mkdir()
            shutil.copy(case / "before.py", work / "before.py")
        before = snapshot(work)
        flags = ["--select", transform_of(case)] + (["--unsafe-fixes"] if not keep and spec.get("tier") == "unsafe" else [])
        olds = {py: behaviour(py, work) for py in pythons if version(py) >= tuple(map(int, spec.get("python", "3.11").split(".")))}
        dry = fix(tool, work, ["--dry-run", *flags])
        if snapshot(work) != before:
            faults.append("--dry-run wrote")
        done = fix(tool, work, flags)
        if done.returncode not in (0, 1):
            faults.append(f"fix exited {done.returncode}: {done.stderr.decode(errors='replace')[-200:]}")
        after = snapshot(work)
        changed = after != before
        text = "\n".join(v.decode("utf-8", "replace") for v in after.values())
        if keep and changed and (spec.get("judge") != "output" or any(behaviour(py, work) != old for py, old in olds.items())):
            faults.append("changed: " + spec.get("why", "")[:160])
        if not keep and not changed:
            faults.append("not rewritten")
        if not keep and changed:
            faults += [f"still there: {p}" for p in spec.get("absent", []) if re.search(p, text)]
            faults += [f"missing: {p}" for p in spec.get("present", []) if not re.search(p, text)]
            faults += [f"behaviour differs on {py}" for py, old in olds.items() if behaviour(py, work) != old]
        if changed:
            again = pathlib.Path(scratch) / "again"
            for name, data in before.items():
                (again / name).parent.mkdir(parents=True, exist_ok=True)
                (again / name).write_bytes(data)
            (pathlib.Path(scratch) / "p.diff").write_bytes(dry.stdout)
            applied = run(["patch", "-p1", "--binary", "-s", "-i", "../p.diff"], again)
            if applied.returncode or {k: v for k, v in snapshot(again).items() if not k.endswith(".orig")} != after:
                faults.append("the --dry-run diff does not give the written result")
            fix(tool, work, flags)
            if snapshot(work) != after:
                faults.append("a second run changes it again")
        elif keep:
            fix(tool, work, [*flags, "--unsafe-fixes"])
            if "breaks" in spec:
                named = [py for py in olds if "python" not in spec or version(py) == tuple(map(int, spec["python"].split(".")))]
                if snapshot(work) == before or any(behaviour(py, work) == olds[py] for py in named):
                    faults.append(f"does not break `{spec['breaks']}` with --unsafe-fixes")
            elif snapshot(work) != before and any(behaviour(py, work) != old for py, old in olds.items()):
                faults.append("--unsafe-fixes breaks it: " + spec.get("why", "")[:160])
    return faults


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("tool"), args.add_argument("cases", type=pathlib.Path)
    args.add_argument("--only", action="append", default=[]), args.add_argument("--python", action="append", default=[])
    args.add_argument("--json", action="store_true")
    args = args.parse_args()
    tool, pythons = os.path.abspath(args.tool), args.python or [sys.executable]
    results = {}
    for toml in sorted([*args.cases.glob("*/*/case.toml"), *args.cases.glob("*/cases/*/case.toml")]):
        name = f"{transform_of(toml.parent)}/{toml.parent.name}"
        if args.only and not any(name == o or name.startswith(o + "/") for o in args.only):
            continue
        try:
            results[name] = check(tool, toml.parent, pythons)
        except Exception as error:  # a broken case or a hung tool is a failure of that case, not of the run
            results[name] = [f"{type(error).__name__}: {error}"]
    if not results:
        sys.exit(f"{args.cases}: no case found")
    if args.json:
        print(json.dumps(results, indent=1))
    else:
        for name, faults in results.items():
            for fault in faults:
                print(f"{name}: {fault}")
        groups = {}
        for name, faults in results.items():
            ok, bad = groups.get(name.split("/")[0], (0, 0))
            groups[name.split("/")[0]] = (ok + (not faults), bad + bool(faults))
        for ident, (ok, bad) in groups.items():
            print(f"{ident}: {ok}/{ok + bad}")
    failed = sum(bool(f) for f in results.values())
    print(f"{len(results) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
