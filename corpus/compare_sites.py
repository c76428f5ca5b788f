#!/usr/bin/env python3
"""Whether every candidate site of the corpus has a verdict: none may be skipped in silence.

    compare_sites.py [--only NAME,NAME] [--kinds "[H-N].*"] [--limit 20]

sites.py finds candidates with `ast` alone, knowing nothing of unspool. Each one of the kinds that a transform claims (CLAIMS) must have a
verdict of that transform in `check --refusals --format json`, or match a rule of unclaimed.toml, which says why it is nobody's
business. A rule that no candidate needs is an error, too. Exit status 1 when a candidate has neither.
"""
import argparse
import collections
import fnmatch
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

import common

# Kinds of sites.py, and the transforms that answer them.
CLAIMS = {
    "A.listcomp_in_call": {"list-to-genexpr"},
    "B.local_listcomp_used_once": {"chain-to-pipeline"},
    "B.chain_of_listcomps": {"chain-to-pipeline"},
    "D.for_in_readlines": {"readlines-to-iteration"},
    "E.for_yield": {"loop-to-yield-from"},
    "F.any_close_pair": {"manual-close-to-with"},
    "F.open_close_pair": {"manual-close-to-with"},
    "G.*": {"try-finally-to-with"},
    "H.global_names_assigned": {"globals-to-closure"},
    "I.*": {"validation-to-descriptor"},
    "J.*": {"validation-to-descriptor"},
    "K.*": {"repr-to-decorator"},
    "M.slots_eligible": {"add-slots"},
    "N.*": {"cache-to-weakref"},
}

# Kinds whose candidates stand where a variable is changed. The verdict stands elsewhere (at its definition, at the first of the functions
# that share it) and names the variable; it may be one for several candidates.
BY_NAME = ("H.*", "N.*")


def variable(note):
    """The variable that a candidate of a kind BY_NAME is about: `count: 2 functions...`, `Font._cache in get`, `_cache`."""
    return re.match(r"(?:\w+\.)?(\w+)", note)[1]


def names(site, lines, name):
    """Whether the verdict is about the variable: its reasons or its first line have the word."""
    texts = [lines[site["line"] - 1], *(o["reason"] for o in site["obligations"] if o["kind"] in ("is-state", "functions-alone"))]
    return any(re.search(rf"\b{re.escape(name)}\b", text) for text in texts)


def claimed_by(kind, asked="*"):
    claims = (ids for pattern, ids in CLAIMS.items() if fnmatch.fnmatch(kind, pattern) and fnmatch.fnmatch(kind, asked))
    return next(claims, None)


def candidates(package, folder, scratch, asked):
    """(kind, file, first line, last line, note) of every claimed candidate."""
    report = pathlib.Path(scratch) / "sites.json"
    command = [sys.executable, common.HERE / "sites.py", "--no-tests", "--json", report, f"{package['name']}={folder}"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    for kind, hits in json.loads(report.read_text())["hits"].items():
        if claimed_by(kind, asked):
            for _, file, first, last, note in hits:
                yield kind, file, first, last or first, note


def unanswered(found, sites, folder):
    """The candidates for which no verdict is left. Narrow candidates choose first, and a verdict answers one candidate of a kind."""
    free = collections.defaultdict(list)
    for site in sites:
        free[site["path"].removeprefix("./")].append(site)
    used, texts = set(), {}
    for candidate in sorted(found, key=lambda c: (c[3] - c[2], c)):
        kind, file, first, last, note = candidate
        if any(fnmatch.fnmatch(kind, pattern) for pattern in BY_NAME):
            if file not in texts:
                texts[file] = re.split(r"\r\n?|\n", (folder / file).read_bytes().decode("utf-8", "replace"))
            if not any(site["transform"] in claimed_by(kind) and names(site, texts[file], variable(note)) for site in free[file]):
                yield candidate
            continue
        near = [site for site in free[file] if site["transform"] in claimed_by(kind) and (kind, id(site)) not in used
                and site["line"] <= last and site["end_line"] >= first]
        match = min(near, key=lambda site: abs(site["line"] - first), default=None)
        if match is None:
            yield candidate
        else:
            used.add((kind, id(match)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    common.arguments(parser)
    parser.add_argument("--limit", type=int, default=20, help="how many missing candidates are shown per kind")
    parser.add_argument("--kinds", default="*", help="shell pattern of the kinds to look at; default: all that are claimed")
    args = parser.parse_args()
    args.src = args.src.resolve()
    with open(common.HERE / "unclaimed.toml", "rb") as file:
        rules = tomllib.load(file).get("unclaimed", [])
    needed = collections.Counter()
    ids = set().union(*(ids for pattern, ids in CLAIMS.items() if fnmatch.fnmatch(pattern, args.kinds) or args.kinds == "*"))
    total, excused, missing = collections.Counter(), collections.Counter(), collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as scratch:
        for package in common.packages(args):
            folder = args.src / package["dir"]
            found = list(candidates(package, folder, scratch, args.kinds))
            total.update(candidate[0] for candidate in found)
            sites = common.check(args, folder, "--select", ",".join(sorted(ids)), "--profile", "all", ".")["sites"]
            for kind, file, first, last, note in unanswered(found, sites, folder):
                place = f"{package['dir']}/{file}"
                rule = next((i for i, r in enumerate(rules) if fnmatch.fnmatch(kind, r["kind"])
                             and re.search(r.get("note", ""), note) and re.search(r.get("file", ""), place)), None)
                if rule is None:
                    missing[kind].append(f"{place}:{first}: {note}")
                else:
                    needed[rule] += 1
                    excused[kind] += 1
    for kind in sorted(total):
        print(f"{kind}: {total[kind]} candidates, {total[kind] - excused[kind] - len(missing[kind])} with a verdict, {excused[kind]} excused, {len(missing[kind])} missing")
        for line in missing[kind][: args.limit]:
            print(f"  {line}")
    for i, rule in enumerate(rules):
        print(f"excused {needed[i]}: {rule['kind']} {rule.get('note', '')} {rule.get('file', '')}: {rule['reason']}")
    stale = [] if args.only or args.kinds != "*" else [rule["reason"] for i, rule in enumerate(rules) if not needed[i]]
    for reason in stale:
        print(f"no candidate needs this rule any more: {reason}")
    sys.exit(bool(stale or any(missing.values())))


if __name__ == "__main__":
    main()
