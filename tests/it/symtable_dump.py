"""Prints what CPython's symtable says about files: one JSON line for each path read from standard input.

    ["ok", table] | ["skip", reason]
    table = [type, name, line, {symbol: bits}, [child tables]]

The compiler hides two things that the comparison wants to see, so they are taken out of the source first,
without moving a line:

* PEP 709 (3.12) merges list, set and dict comprehensions into the scope around them. They are written as
  generator expressions, which have the same names and stay scopes.
* With `from __future__ import annotations` (3.10) names in annotations are not counted. The future import is
  replaced by one that binds the same name.
"""

import _symtable
import ast
import io
import json
import sys
import tokenize
import warnings

NAMES = ["USE", "DEF_LOCAL", "DEF_PARAM", "DEF_IMPORT", "DEF_ANNOT", "DEF_NONLOCAL", "DEF_GLOBAL", "DEF_TYPE_PARAM"]
FLAGS = [(getattr(_symtable, name, 0), 1 << i) for i, name in enumerate(NAMES)]
if not hasattr(_symtable, "DEF_NONLOCAL"):
    FLAGS[5] = (8, 1 << 5)
if not hasattr(_symtable, "DEF_TYPE_PARAM") and sys.version_info >= (3, 12):
    FLAGS[7] = (1024 if sys.version_info < (3, 14) else 2 << 9, 1 << 7)
SCOPES = {
    _symtable.LOCAL: 1 << 8,
    _symtable.GLOBAL_EXPLICIT: 2 << 8,
    _symtable.GLOBAL_IMPLICIT: 3 << 8,
    _symtable.FREE: 4 << 8,
    _symtable.CELL: 5 << 8,
}
TYPES = {0: "function", 1: "class", 2: "module"}


def bits(flags):
    # The bits above the offset are the scope; later versions add others above it.
    scope = flags >> _symtable.SCOPE_OFF & 15
    return SCOPES.get(scope, 0) + sum(ours for theirs, ours in FLAGS if flags & theirs)


def dump(entry):
    return [
        TYPES.get(entry.type, "annotation"),
        entry.name,
        entry.lineno,
        {name: bits(flags) for name, flags in entry.symbols.items()},
        [dump(child) for child in entry.children],
    ]


class Edits:
    """Replacements in a source, by line and byte column."""

    def __init__(self, text):
        self.lines = [line.encode() for line in text.splitlines(keepends=True)]
        self.edits = []

    def replace(self, line, column, old, new):
        found = self.lines[line - 1][column : column + len(old)]
        if found == old:
            self.edits.append((line, column, len(old), new))

    def apply(self):
        for line, column, length, new in sorted(self.edits, reverse=True):
            text = self.lines[line - 1]
            self.lines[line - 1] = text[:column] + new + text[column + length :]
        return b"".join(self.lines).decode()


def keyword_after(tokens, position):
    """The first `for` or `async` at or behind a position in characters."""
    for token in tokens:
        if token.start >= position and token.type == tokenize.NAME and token.string in ("for", "async"):
            return token.start
    raise ValueError("no `for` in a comprehension")


def show_everything(text):
    if sys.version_info < (3, 10) or sys.version_info < (3, 12) and "__future__" not in text:
        return text
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    edits = Edits(text)
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                if alias.name == "annotations":
                    new = b"division" if alias.asname else b"division as annotations"
                    edits.replace(alias.lineno, alias.col_offset, b"annotations", new)
    if sys.version_info >= (3, 12):
        tokens = None
        for node in nodes:
            if isinstance(node, (ast.ListComp, ast.SetComp)):
                edits.replace(node.lineno, node.col_offset, b"[" if isinstance(node, ast.ListComp) else b"{", b"(")
                end = b"]" if isinstance(node, ast.ListComp) else b"}"
                edits.replace(node.end_lineno, node.end_col_offset - 1, end, b")")
            elif isinstance(node, ast.DictComp):
                if tokens is None:
                    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
                edits.replace(node.lineno, node.col_offset, b"{", b"({")
                value = node.value
                line = edits.lines[value.end_lineno - 1]
                column = len(line[: value.end_col_offset].decode())
                line, column = keyword_after(tokens, (value.end_lineno, column))
                edits.replace(line, len(edits.lines[line - 1].decode()[:column].encode()), b"", b"} ")
                edits.replace(node.end_lineno, node.end_col_offset - 1, b"}", b")")
    return edits.apply()


def answer(path):
    try:
        with open(path, "rb") as file:
            data = file.read()
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        return ["skip", "not UTF-8: %s" % error]
    if "\f" in text or "\x1c" in text or "\x85" in text or "\u2028" in text:
        # str.splitlines and the compiler disagree about lines here; the characters are blanks to the compiler.
        for character in "\f\v\x1c\x1d\x1e\x85\u2028\u2029":
            text = text.replace(character, " " if character == "\f" else "?")
    try:
        return ["ok", dump(_symtable.symtable(show_everything(text), path, "exec"))]
    except (SyntaxError, ValueError, RecursionError, MemoryError, tokenize.TokenError) as error:
        return ["skip", "%s: %s" % (type(error).__name__, error)]


def main():
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(5000)
    for path in sys.stdin.buffer.read().decode("utf-8", "surrogateescape").splitlines():
        print(json.dumps(answer(path)), flush=True)


main()
