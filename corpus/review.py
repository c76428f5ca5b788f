#!/usr/bin/env python3
"""Pick hunks of the corpus for a reader, and keep what the reader wrote.

    review.py [--hunks 30] [--seed 1] [--only ID,ID] [--flag=--unsafe-fixes]     after apply.py, which leaves the diffs in WORK/diffs
    review.py --check                                     whether every hunk has a verdict, and none is bad

Writes snapshots/corpus/review-ID.md: N hunks of the transform, chosen by a fixed seed among all of its hunks (all, if fewer), each with a
line for the verdict, *merge*, *would not merge* or *wrong*, and one sentence. Verdicts of hunks that are chosen again are kept. A hunk
that a reviewer would not merge is fixed or becomes a refusal; then the file is made again. Where there is no hunk, the file says so. --flag
names what apply.py was given, for the reader.
"""
import argparse
import pathlib
import random
import re
import sys

import common

VERDICTS = ("merge", "would not merge", "wrong")
OPEN = "(open)"


def hunks(folder):
    """(package, file, line, text) of every hunk of the diffs in a folder, in order."""
    found = []
    for path in sorted(folder.glob("*.diff")):
        file = None
        for line in path.read_bytes().decode("utf-8", "backslashreplace").split("\n"):
            if line.startswith("+++ "):
                file = line[4:].split("\t")[0].removeprefix("b/")
            elif head := re.match(r"@@ -(\d+)", line):
                found.append([path.stem, file, int(head[1]), [line]])
            elif found and line[:1] in ("+", "-", " ", "\\") and not line.startswith("--- "):
                found[-1][3].append(line)
    return [(package, file, line, "\n".join(lines).rstrip("\n")) for package, file, line, lines in found]


def body(text):
    """The hunk without its line numbers: it is the same hunk after the file moved."""
    return text.split("\n", 1)[1]


def fence(text):
    """A fence that the text does not close."""
    return "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))


def verdicts(path):
    """Per hunk body (and file) of an existing review its verdict line."""
    if not path.exists():
        return {}
    found = {}
    for section in re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        head = re.match(r"\d+\. (\S+) (\S+):\d+\n\n(`{3,})diff\n(.*?)\n\3\n\n(.*)", section, re.DOTALL)
        found[(head[1], head[2], body(head[4]))] = head[5].strip()
    return found


def render(ident, chosen, total, seed, flags, old):
    plural = "hunks" if total != 1 else "hunk"
    by = f" with `{' '.join(flags)}`" if flags else ""
    if not total:
        return f"# Review of {ident}\n\nThe corpus gives no hunk{by} (`corpus/review.py`): `corpus/verdicts.py` has the reasons.\n"
    lines = [f"# Review of {ident}", "", f"{len(chosen)} of {total} {plural} in the corpus{by}, seed {seed} (`corpus/review.py`). Each is merged, not merged or wrong, and says why."]
    for number, (package, file, line, text) in enumerate(chosen, 1):
        verdict = old.get((package, file, body(text)), OPEN)
        ticks = fence(text)
        lines += ["", f"## {number}. {package} {file}:{line}", "", f"{ticks}diff", text, ticks, "", verdict]
    return "\n".join(lines) + "\n"


def complaints(path):
    """What is missing or bad in a review."""
    found = []
    for (package, file, _), verdict in verdicts(path).items():
        kind = next((v for v in VERDICTS if verdict.startswith(f"*{v}*")), None)
        if kind is None:
            found.append(f"{path.name}: {package} {file}: no verdict")
        elif kind != "merge":
            found.append(f"{path.name}: {package} {file}: {kind}")
        elif len(verdict) < len("*merge*: because"):
            found.append(f"{path.name}: {package} {file}: does not say why")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--diffs", type=pathlib.Path, default=common.HOME / "work" / "diffs")
    parser.add_argument("--hunks", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="ids of transforms, separated by commas")
    parser.add_argument("--flag", action="append", default=[], help="a flag that apply.py was given, as in --flag=--unsafe-fixes")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    if args.check:
        found = [line for path in sorted(common.SNAPSHOTS.glob("review-*.md")) for line in complaints(path)]
        print("\n".join(found) or "every hunk is merged")
        sys.exit(bool(found))
    folders = sorted(path for path in args.diffs.glob("*") if path.is_dir() and (not args.only or path.name in args.only.split(",")))
    if not folders:
        sys.exit(f"{args.diffs}: no diffs; apply.py makes them")
    for folder in folders:
        everything = hunks(folder)
        picked = sorted(random.Random(args.seed).sample(range(len(everything)), min(args.hunks, len(everything))))
        path = common.SNAPSHOTS / f"review-{folder.name}.md"
        common.write(path, render(folder.name, [everything[i] for i in picked], len(everything), args.seed, args.flag, verdicts(path)))


if __name__ == "__main__":
    main()
