#!/usr/bin/env python3
"""What became of the candidate sites of the corpus: per transform the share of each verdict, and why.

    verdicts.py [--only NAME,NAME] [--reasons 5] [--examples]

Writes snapshots/corpus/verdicts.md from `check --refusals --format json` on each package's own code. Reasons are those of the obligations
that decided the verdict (refuted ones, else assumed ones), with names and numbers left out so that equal ones add up. A reason that
stops many sites which a careful reviewer would accept is a missing fact. --examples prints where each of them stands (a few places).
What stands below the line READ is a reader's, and is kept.
"""
import argparse
import collections
import re

import common

READ = "## What reading the sites showed"
VERDICTS = ("safe", "unsafe", "refused", "withheld")


def normalised(reason):
    """The reason without what belongs to the one site."""
    reason = re.sub(r"`[^`]*`", "`…`", reason)
    reason = re.sub(r"\"[^\"]*\"", "\"…\"", reason)
    reason = re.sub(r"\S+\.py(:\d+)*", "FILE", reason)
    return re.sub(r"\b\d+\b", "N", reason)


def deciding(site):
    """(kind, reason) of the obligations that decided the site."""
    state = {"refused": "refuted", "unsafe": "assumed"}.get(site["verdict"])
    if site["verdict"] == "withheld":
        return {("benefit", normalised(site["benefit"] or ""))}
    return {(o["kind"], normalised(o["reason"])) for o in site["obligations"] if o["state"] == state}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    common.arguments(parser)
    parser.add_argument("--reasons", type=int, default=5)
    parser.add_argument("--examples", action="store_true")
    parser.add_argument("--profile", default="all", help="what is withheld for want of benefit (default: all, nothing for its size)")
    args = parser.parse_args()
    args.src = args.src.resolve()
    counts = collections.defaultdict(collections.Counter)
    reasons = collections.defaultdict(collections.Counter)
    places = collections.defaultdict(list)
    for package in common.packages(args):
        folder = args.src / package["dir"]
        for site in common.check(args, folder, "--select", "ALL", "--profile", args.profile, *common.sources(package, folder))["sites"]:
            counts[site["transform"]][site["verdict"]] += 1
            for kind, reason in deciding(site):
                key = site["transform"], site["verdict"], kind, reason
                reasons[key[:2]][key[2:]] += 1
                places[key].append(f"{package['dir']}/{site['path']}:{site['line']}")
    lines = ["# Verdicts on the corpus", "", f"Made by `corpus/verdicts.py` with `--profile {args.profile}`. A site can have several reasons."]
    for transform in sorted(counts):
        total = counts[transform].total()
        share = ", ".join(f"{counts[transform][v]} {v} ({counts[transform][v] * 100 / total:.0f} %)" for v in VERDICTS if counts[transform][v])
        lines += ["", f"## {transform}", "", f"{total} sites: {share}."]
        for verdict in VERDICTS[1:]:
            found = sorted(reasons[transform, verdict].items(), key=lambda item: (-item[1], item[0]))[: args.reasons]
            if found:
                lines += ["", "| sites | " + verdict + " because | |", "| ---: | --- | --- |"]
                lines += [f"| {count} | {kind} | {reason} |" for (kind, reason), count in found]
            if args.examples:
                for (kind, reason), count in found:
                    print(f"{transform} {verdict} {count} {kind}: {reason}")
                    for place in places[transform, verdict, kind, reason][:: max(1, count // 4)][:4]:
                        print(f"    {place}")
    text = "\n".join(lines) + "\n"
    old = common.SNAPSHOTS / "verdicts.md"
    if old.exists() and READ in (before := old.read_text(encoding="utf-8")):
        text += "\n" + before[before.index(READ):]
    if args.only:
        print(text)
    else:
        common.write(common.SNAPSHOTS / "verdicts.md", text)


if __name__ == "__main__":
    main()
