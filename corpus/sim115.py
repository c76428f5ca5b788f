#!/usr/bin/env python3
"""Accounts for every `open()` that another linter reports as one without a context manager (ruff's SIM115).

    sim115.py --ruff RUFF [--only NAME,NAME] [--examples]

Writes snapshots/corpus/sim115.md: per package and in total what becomes of each reported place, by `check --refusals --format json`
with --profile all. A place whose assignment is a site has the verdict of that site; of the others the syntax tree says what they are.
"""
import argparse
import ast
import collections
import json
import pathlib
import subprocess
import sys

import common
from verdicts import deciding

TRANSFORMS = "manual-close-to-with", "try-finally-to-with", "resources-to-exitstack", "readlines-to-iteration"
RANK = {"safe": 0, "withheld": 1, "unsafe": 2, "refused": 3}


def reported(ruff, folder):
    """(file, line, column) of each place."""
    out = subprocess.run([ruff, "check", "--no-cache", "--isolated", "--select", "SIM115", "--output-format", "json", folder],
                         capture_output=True, text=True)
    if out.returncode not in (0, 1):
        sys.exit(out.stderr)
    return [(pathlib.Path(p["filename"]), p["location"]["row"], p["location"]["column"]) for p in json.loads(out.stdout) if p["code"] == "SIM115"]


def parents(tree):
    return {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}


def call_at(tree, text, line, column):
    """The call whose function begins there (columns of the report count characters from 1)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.lineno == line:
            start = len(text[line - 1].encode()[:node.col_offset].decode(errors="replace")) + 1
            if start == column:
                return node
    return None


def statement(node, above):
    while not isinstance(node, ast.stmt):
        node = above[node]
    return node


def shape(node, above):
    """What is done with the open file, where its opening is no site of ours."""
    parent = above[node]
    if isinstance(parent, ast.Attribute):
        call = above.get(parent)
        called = isinstance(call, ast.Call) and call.func is parent
        if called and parent.attr == "close":
            return "`open(...).close()`: an idiom that makes or empties a file, closed at once"
        return "no name: `open(...).read()` and the like; nothing closes it, and a `with` would need a name"
    if isinstance(parent, (ast.Call, ast.keyword, ast.Starred)):
        return "argument of a call: the callee has it, and may keep it"
    if isinstance(parent, (ast.For, ast.comprehension)):
        return "iterated without a name: nothing closes it"
    if isinstance(parent, (ast.Return, ast.Yield, ast.Lambda)):
        return "given to the caller"
    if isinstance(parent, (ast.IfExp, ast.BoolOp)):
        return "opened under a condition within an expression: what stands for it otherwise must not be closed"
    if isinstance(parent, (ast.List, ast.Tuple, ast.Dict, ast.ListComp, ast.DictComp, ast.GeneratorExp, ast.Set)):
        return "element of a collection"
    if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
        target = parent.targets[0] if isinstance(parent, ast.Assign) else parent.target
        if isinstance(target, (ast.Attribute, ast.Subscript)):
            return "kept by an object: an attribute or element, which outlives the function"
        if isinstance(target, ast.Name):
            return named(target.id, parent, above)
        return "one of several targets"
    if isinstance(parent, ast.Expr):
        return "not used at all: mostly a test that it fails"
    return "something else"


def named(name, assignment, above):
    """A name that no `close()` of this body of code ends."""
    owner = assignment
    while not isinstance(owner, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module)):
        owner = above[owner]
    uses = [n for n in ast.walk(owner) if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)]
    if any(isinstance(n, (ast.Global, ast.Nonlocal)) and name in n.names for n in ast.walk(owner)):
        return "a global or nonlocal name, which outlives the function"
    if isinstance(owner, ast.Module) and not uses:
        return "a name of the module that others use"
    for use in uses:
        parent = above[use]
        if isinstance(parent, ast.withitem):
            return "a `with` over the name ends it already"
        if isinstance(parent, (ast.Return, ast.Yield)):
            return "given to the caller"
    for use in uses:
        parent = above[use]
        if isinstance(parent, (ast.Assign, ast.Tuple, ast.List, ast.Dict)):
            return "kept under another name or in a collection"
        if isinstance(parent, (ast.Call, ast.keyword)) and parent is not use:
            return "handed to a call, and never closed by this code"
    return "never closed by this code: where its use ends is nobody's statement"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    common.arguments(parser)
    parser.add_argument("--ruff", required=True, help="the linter whose reports are accounted for")
    parser.add_argument("--examples", action="store_true")
    args = parser.parse_args()
    args.src = args.src.resolve()
    rows = []
    outcomes = collections.Counter()
    reasons = collections.defaultdict(collections.Counter)
    places = collections.defaultdict(list)
    for package in common.packages(args):
        folder = args.src / package["dir"]
        found = reported(args.ruff, folder)
        if not found:
            continue
        sites = collections.defaultdict(list)
        flags = [flag for transform in TRANSFORMS[:3] for flag in ("--select", transform)]
        files = sorted({str(path.relative_to(folder)) for path, _, _ in found})
        report = common.check(args, folder, "--profile", "all", *flags, *files)
        for site in report["sites"]:
            sites[site["path"]].append(site)
        own = collections.Counter()
        for path, line, column in found:
            relative = str(path.relative_to(folder))
            outcome, why = account(path, line, column, sites[relative])
            own[outcome] += 1
            outcomes[outcome] += 1
            for reason in why:
                reasons[outcome][reason] += 1
                places[outcome, reason].append(f"{package['dir']}/{relative}:{line}")
        rows.append((package["name"], len(found), own))
    total = sum(outcomes.values())
    lines = ["# Opened without a context manager: what becomes of each place", "",
             f"Made by `corpus/sim115.py --profile all`: {total} places that ruff's SIM115 reports.", "",
             "| package | reported | safe | unsafe | withheld | refused | no site |", "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    columns = "safe", "unsafe", "withheld", "refused", "no site"
    for name, count, own in rows:
        lines.append(f"| {name} | {count} | " + " | ".join(str(own[c]) for c in columns) + " |")
    lines.append(f"| **all** | {total} | " + " | ".join(f"**{outcomes[c]}**" for c in columns) + " |")
    for outcome in columns[1:]:
        if reasons[outcome]:
            lines += ["", f"## {outcome}", "", "| places | reason |", "| ---: | --- |"]
            for reason, count in reasons[outcome].most_common():
                lines.append(f"| {count} | {reason.replace('|', chr(92) + '|')} |")
                if args.examples:
                    print(count, outcome, reason, *places[outcome, reason][:6], sep="\n    ")
    common.write(common.SNAPSHOTS / "sim115.md", "\n".join(lines) + "\n")


def account(path, line, column, sites):
    """The outcome of one place, and its reasons."""
    source = path.read_bytes().decode("utf-8", errors="surrogateescape")
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return "no site", ["a file that does not parse"]
    above = parents(tree)
    node = call_at(tree, source.splitlines(), line, column)
    if node is None:
        return "no site", ["not found in the syntax tree"]
    whole = statement(node, above)
    ours = [s for s in sites if mine(s, node, whole, above)]
    if not ours:
        return "no site", [shape(node, above)]
    best = min(ours, key=lambda s: RANK[s["verdict"]])
    return best["verdict"], sorted({f"{best['transform']}, {kind}: {reason}" for kind, reason in deciding(best)})


def mine(site, node, whole, above):
    """Whether a site is about the object that is opened there."""
    if site["transform"] == "manual-close-to-with":
        return site["line"] == whole.lineno
    name = None
    parent = above[node]
    if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Name):
        name = parent.targets[0].id
    for obligation in site["obligations"]:
        spot = obligation["range"]
        if spot and obligation["kind"] in ("opened-before", "opened-here") and spot["start"]["line"] <= node.lineno <= spot["end"]["line"]:
            return True
    # A site that was refused before its opening was looked for: the `try` names what it ends.
    if site["verdict"] == "refused" and name:
        return any(f"`{name}`" in o["reason"] or f"`{name}." in o["reason"] for o in site["obligations"]) and whole.lineno < site["line"] + 1
    return False


if __name__ == "__main__":
    main()
