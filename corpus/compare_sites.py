#!/usr/bin/env python3
"""Whether every candidate site of the corpus has a verdict: none may be skipped in silence.

    compare_sites.py [--only NAME,NAME] [--kinds "[H-N].*"] [--limit 20] [--profile memory --account FILE]

sites.py finds candidates with `ast` alone, knowing nothing of unspool. Each one of the kinds that a transform claims (CLAIMS) must have a
verdict of that transform in `check --refusals --format json`, or match a rule of unclaimed.toml, which says why it is nobody's
business. A rule that no candidate needs is an error, too. Exit status 1 when a candidate has neither.
--account writes per kind what became of every candidate, and why: each counts once, under the first thing that a reviewer would hold
against it (the obligations of a verdict are in that order), with names and numbers left out so that equal reasons add up.
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
import verdicts

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
    "L.@*": {"coroutine-to-async"},
    "L.add_done_callback": {"callbacks-to-async"},
    "L.run_until_complete": {"loop-to-asyncio-run"},
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


def answers(found, sites, folder):
    """The candidates, each with its verdict or None. Narrow candidates choose first, and a verdict answers one candidate of a kind."""
    free = collections.defaultdict(list)
    for site in sites:
        free[site["path"].removeprefix("./")].append(site)
    used, texts = set(), {}
    for candidate in sorted(found, key=lambda c: (c[3] - c[2], c)):
        kind, file, first, last, note = candidate
        if any(fnmatch.fnmatch(kind, pattern) for pattern in BY_NAME):
            if file not in texts:
                texts[file] = re.split(r"\r\n?|\n", (folder / file).read_bytes().decode("utf-8", "replace"))
            about = (s for s in free[file] if s["transform"] in claimed_by(kind) and names(s, texts[file], variable(note)))
            yield candidate, next(about, None)
            continue
        near = [site for site in free[file] if site["transform"] in claimed_by(kind) and (kind, id(site)) not in used
                and site["line"] <= last and site["end_line"] >= first]
        match = min(near, key=lambda site: abs(site["line"] - first), default=None)
        if match is not None:
            used.add((kind, id(match)))
        yield candidate, match


def because(site):
    """The verdict of a site and the first reason for it."""
    state = {"refused": "refuted", "unsafe": "assumed"}.get(site["verdict"])
    first = next((o for o in site["obligations"] if o["state"] == state), None)
    if site["verdict"] == "withheld":
        return "withheld", "benefit", verdicts.normalised((site["benefit"] or "").removeprefix("benefit: "))
    return site["verdict"], first["kind"] if first else "", verdicts.normalised(first["reason"]) if first else ""


def account(became, profile):
    """The page for --account."""
    lines = ["# What became of every candidate", "",
             f"Made by `corpus/compare_sites.py --profile {profile} --account`. Candidates are what `corpus/sites.py` finds with `ast` alone. Each counts once,",
             "under the first reason of its verdict. *none*: `corpus/unclaimed.toml` says why it is no candidate of any transform."]
    for kind in sorted(became):
        shares = collections.Counter()
        for (verdict, _, _), count in became[kind].items():
            shares[verdict] += count
        lines += ["", f"## {kind}", "", f"{shares.total()} candidates: " + ", ".join(f"{n} {v}" for v, n in shares.most_common()) + ".", "",
                  "| candidates | verdict | | because |", "| ---: | --- | --- | --- |"]
        for (verdict, obligation, reason), count in sorted(became[kind].items(), key=lambda item: (-item[1], item[0])):
            lines.append(f"| {count} | {verdict} | {obligation} | {reason} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    common.arguments(parser)
    parser.add_argument("--limit", type=int, default=20, help="how many missing candidates are shown per kind")
    parser.add_argument("--profile", default="all", help="what is withheld for want of benefit (default: all, nothing for its size)")
    parser.add_argument("--account", type=pathlib.Path, help="where the table of all candidates goes")
    parser.add_argument("--kinds", default="*", help="shell pattern of the kinds to look at; default: all that are claimed")
    args = parser.parse_args()
    args.src = args.src.resolve()
    with open(common.HERE / "unclaimed.toml", "rb") as file:
        rules = tomllib.load(file).get("unclaimed", [])
    needed = collections.Counter()
    ids = set().union(*(ids for pattern, ids in CLAIMS.items() if fnmatch.fnmatch(pattern, args.kinds) or args.kinds == "*"))
    total, excused, missing = collections.Counter(), collections.Counter(), collections.defaultdict(list)
    became = collections.defaultdict(collections.Counter)
    with tempfile.TemporaryDirectory() as scratch:
        for package in common.packages(args):
            folder = args.src / package["dir"]
            found = list(candidates(package, folder, scratch, args.kinds))
            total.update(candidate[0] for candidate in found)
            sites = common.check(args, folder, "--select", ",".join(sorted(ids)), "--profile", args.profile, ".")["sites"]
            for (kind, file, first, last, note), site in answers(found, sites, folder):
                if site is not None:
                    became[kind][because(site)] += 1
                    continue
                place = f"{package['dir']}/{file}"
                rule = next((i for i, r in enumerate(rules) if fnmatch.fnmatch(kind, r["kind"])
                             and re.search(r.get("note", ""), note) and re.search(r.get("file", ""), place)), None)
                became[kind]["missing" if rule is None else "none", "", "" if rule is None else rules[rule]["reason"]] += 1
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
    if args.account:
        common.write(args.account, account(became, args.profile))
    stale = [] if args.only or args.kinds != "*" else [rule["reason"] for i, rule in enumerate(rules) if not needed[i]]
    for reason in stale:
        print(f"no candidate needs this rule any more: {reason}")
    sys.exit(bool(stale or any(missing.values())))


if __name__ == "__main__":
    main()
