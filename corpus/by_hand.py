#!/usr/bin/env python3
"""Compares the coroutines that we convert with those that a project converted by hand, in a later version of its own.

    by_hand.py [--later FOLDER] [--list]

Rewrites homeassistant 0.60.0 with coroutine-to-async (unsafe tier) and compares it with 0.80.0 (FOLDER is its unpacked wheel; without
it, pip downloads it), function by function. A function is compared when it is otherwise unchanged: with every `async` and `await` taken
back to the older form, decorators that make coroutines and docstrings left out, its tree is the same in both versions.

Writes snapshots/corpus/by-hand.md: how many are equal, and each difference with what corpus/by_hand.toml says of it. A difference of which
it says nothing ends the script with status 1.
"""
import argparse
import ast
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile

import common

PACKAGE, LATER = "homeassistant", "0.80.0"
TARGET = "3.7"
COROUTINE = re.compile(r"(?:asyncio\.|types\.)?coroutine")


def tree(path):
    """`async` as a name (a module of the package had it) is a keyword since Python 3.7; the later version calls it `async_`."""
    text = path.read_text(encoding="utf-8")
    return ast.parse(re.sub(r"(\.)async\b(?!\s+(?:def|with|for)\b)", r"\1async_", text))


def functions(node, path=()):
    """(dotted name, number among those of that name, definition) of all functions below a node."""
    seen = collections.Counter()
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            name = (*path, child.name)
            seen[child.name] += 1
            if not isinstance(child, ast.ClassDef):
                yield ".".join(name), seen[child.name], child
            yield from functions(child, name)
        else:
            yield from functions(child, path)


class Older(ast.NodeTransformer):
    """Takes `async` and `await` back."""

    def visit_AsyncFunctionDef(self, node):
        return self.visit_FunctionDef(ast.FunctionDef(**{field: getattr(node, field) for field in node._fields}))

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        node.decorator_list = [d for d in node.decorator_list if not COROUTINE.fullmatch(ast.unparse(d))]
        node.body = without_docstring(node.body)
        return node

    def visit_Await(self, node):
        self.generic_visit(node)
        return ast.YieldFrom(node.value)

    def visit_AsyncWith(self, node):
        self.generic_visit(node)
        return ast.With(node.items, node.body, node.type_comment)

    def visit_AsyncFor(self, node):
        self.generic_visit(node)
        return ast.For(node.target, node.iter, node.body, node.orelse, node.type_comment)

    def visit_withitem(self, node):
        self.generic_visit(node)
        if isinstance(node.context_expr, ast.YieldFrom):
            node.context_expr = node.context_expr.value
        return node


class Plain(ast.NodeTransformer):
    """Takes out what is not compared."""

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        node.body = without_docstring(node.body)
        return node

    visit_AsyncFunctionDef = visit_FunctionDef


def without_docstring(body):
    first = body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return body[1:] or [ast.Pass()] if is_docstring else body


def dump(node, change):
    return ast.dump(change.visit(ast.parse(ast.unparse(node))))


def own(node):
    """Whether the function is written as a coroutine, and how."""
    if isinstance(node, ast.AsyncFunctionDef):
        return "async def"
    made = [d for d in node.decorator_list if COROUTINE.fullmatch(ast.unparse(d))]
    return "generator" if made else "plain"


def later_folder(given, scratch):
    if given:
        return given
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "-d", scratch, f"{PACKAGE}=={LATER}"], check=True)
    [wheel] = pathlib.Path(scratch).glob("*.whl")
    with zipfile.ZipFile(wheel) as file:
        file.extractall(scratch / "later")
    return scratch / "later"


def compare(before, rewritten, later):
    """Yields (path, function, how it was, how we have it, how they have it, whether the trees are equal)."""
    for path in sorted(p.relative_to(before) for p in before.rglob("*.py")):
        if not (later / path).is_file():
            continue
        try:
            trees = [tree(folder / path) for folder in (before, rewritten, later)]
        except SyntaxError:
            continue
        was, ours, theirs = ({(name, number): node for name, number, node in functions(t)} for t in trees)
        for key in was.keys() & theirs.keys():
            kinds = own(was[key]), own(ours[key]), own(theirs[key])
            if kinds[0] == kinds[1] == kinds[2] or dump(was[key], Older()) != dump(theirs[key], Older()):
                continue
            yield str(path), key[0], *kinds, dump(ours[key], Plain()) == dump(theirs[key], Plain())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    common.arguments(parser)
    parser.add_argument("--later", type=pathlib.Path)
    parser.add_argument("--list", action="store_true", help="print the differences and write nothing")
    args = parser.parse_args()
    args.only = PACKAGE
    [package] = common.packages(args)
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        later = later_folder(args.later, scratch)
        common.copy(package, args, scratch / "ours")
        (scratch / "ours" / ".git").mkdir(exist_ok=True)
        common.run(args, scratch / "ours", "fix", "--quiet", "--unsafe-fixes", "--select", "coroutine-to-async", "--target-version", TARGET, ".")
        report = common.run(args, args.src / package["dir"], "check", "--quiet", "--refusals", "--select", "coroutine-to-async",
                            "--target-version", TARGET, "--format", "json", ".")
        sites = collections.Counter(site["verdict"] for site in json.loads(report.stdout)["sites"])
        found = sorted(compare(args.src / package["dir"], scratch / "ours", later))
    different = [row for row in found if not row[-1]]
    if args.list:
        for path, name, *kinds, _ in different:
            print(f"{path} {name}: {' / '.join(kinds)}")
        print(dict(sites), len(found), len(different))
        return
    with open(common.HERE / "by_hand.toml", "rb") as file:
        said = {(s["path"], s["function"]): s for s in tomllib.load(file)["difference"]}
    lines = [
        f"# Coroutines of {PACKAGE} {package['version']}: ours, and those of {LATER}",
        "",
        f"Sites: {', '.join(f'{count} {verdict}' for verdict, count in sorted(sites.items()))} "
        f"(target {TARGET}): {100 * (sites['safe'] + sites['unsafe']) / sites.total():.1f} % converted.",
        f"Functions that are otherwise unchanged and were converted on either side: {len(found)}. Equal trees: {len(found) - len(different)}.",
        "",
        "| function | was | ours | theirs | right | why |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    unexplained = 0
    for path, name, *kinds, _ in different:
        verdict = said.get((path, name))
        unexplained += verdict is None
        right, why = (verdict["right"], verdict["why"]) if verdict else ("?", "?")
        lines.append(f"| `{path}` `{name}` | {' | '.join(kinds)} | {right} | {why} |")
    (common.SNAPSHOTS / "by-hand.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if unexplained:
        sys.exit(f"{unexplained} differences of which by_hand.toml says nothing")


if __name__ == "__main__":
    main()
