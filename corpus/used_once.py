#!/usr/bin/env python3
"""What becomes of the local lists that are used once: the share that is safe, and what stands against the others.

    used_once.py [--only NAME,NAME] [--reasons 20] [--places 3] [--all]

The candidates are those that sites.py lists as `B.local_listcomp_used_once`, found with `ast` alone. Each has the verdict that
chain-to-pipeline gives at its list under `--profile all`. What is withheld (only `str.join`: safety.md) has no verdict on its safety and
does not count as safe. A reason is counted once per candidate. --all prints the verdict and the reasons of every candidate.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

import common
from verdicts import VERDICTS, deciding

KIND = "B.local_listcomp_used_once"
TRANSFORM = "chain-to-pipeline"


def candidates(args):
    """(package, file, first line, last line, note) of each candidate, and the verdicts of the package by file."""
    for package in common.packages(args):
        folder = args.src / package["dir"]
        with tempfile.TemporaryDirectory() as scratch:
            report = pathlib.Path(scratch) / "sites.json"
            command = [sys.executable, common.HERE / "sites.py", "--no-tests", "--json", report, f"{package['name']}={folder}"]
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            hits = json.loads(report.read_text())["hits"].get(KIND, [])
        if not hits:
            continue
        verdicts = collections.defaultdict(list)
        for site in common.check(args, folder, "--select", TRANSFORM, "--profile", "all", ".")["sites"]:
            verdicts[site["path"].removeprefix("./")].append(site)
        for _, file, first, last, note in sorted(hits, key=lambda hit: hit[1:4]):
            yield package, file, first, last, note, verdicts[file]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    common.arguments(parser)
    parser.add_argument("--reasons", type=int, default=20, help="how many reasons are shown per verdict")
    parser.add_argument("--places", type=int, default=3, help="how many places are shown per reason")
    parser.add_argument("--all", action="store_true", help="print each candidate")
    args = parser.parse_args()
    args.src = args.src.resolve()
    counts, reasons = collections.Counter(), collections.defaultdict(lambda: collections.defaultdict(list))
    for package, file, first, last, note, sites in candidates(args):
        # The list may begin on a later line than its statement.
        near = [site for site in sites if first <= site["line"] <= last]
        site = min(near, key=lambda site: (site["line"], site["column"]), default=None)
        verdict = site["verdict"] if site else "without a verdict"
        counts[verdict] += 1
        why = sorted(deciding(site)) if site else [("", "")]
        place = f"{package['dir']}/{file}:{first}"
        for reason in why:
            reasons[verdict][reason].append(place)
        if args.all:
            print(f"{verdict}\t{place}-{last}\t{note}")
            state = {"refused": "refuted", "unsafe": "assumed"}.get(verdict)
            for obligation in site["obligations"] if site else []:
                if obligation["state"] == state:
                    print(f"\t{obligation['kind']}: {obligation['reason']}")
    total = counts.total()
    for verdict in (*VERDICTS, "without a verdict"):
        if not counts[verdict]:
            continue
        print(f"{verdict}: {counts[verdict]} of {total} ({counts[verdict] * 100 / total:.0f} %)")
        for (kind, reason), places in sorted(reasons[verdict].items(), key=lambda item: (-len(item[1]), item[0]))[: args.reasons]:
            print(f"  {len(places):4} {kind}: {reason}")
            for place in places[:: max(1, len(places) // args.places)][: args.places]:
                print(f"       {place}")


if __name__ == "__main__":
    main()
