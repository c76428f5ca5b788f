#!/usr/bin/env python3
"""A campaign over every package of the corpus, from the list of repositories to the revert, against the fake forge.

    python3 corpus/campaign.py --tool target/release/unspool --forge target/release/unspool-fake-forge --src SRC --work WORK

Each package becomes a bare repository of one commit. What is expected is asserted; how long it took is printed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

TOKEN = "token-of-the-corpus-campaign"
IDENTITY = {
    "GIT_AUTHOR_NAME": "A Person", "GIT_AUTHOR_EMAIL": "person@example.com", "GIT_AUTHOR_DATE": "1700000000 +0000",
    "GIT_COMMITTER_NAME": "A Person", "GIT_COMMITTER_EMAIL": "person@example.com",
    "GIT_COMMITTER_DATE": "1700000000 +0000", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
}
BRANCH = "unspool/corpus/list-to-genexpr"
SMALL = "def total(entries: list[int]):\n    return sum([entry * 2 for entry in entries])\n"


def git(folder, *arguments, **more):
    done = subprocess.run(["git", *arguments], cwd=folder, env={**os.environ, **IDENTITY}, check=True,
                          stdout=subprocess.PIPE, text=True, **more)
    return done.stdout.strip()


def commit_tree(bare, tree_folder):
    """One commit with everything below a folder, in a new bare repository."""
    bare.mkdir(parents=True)
    git(bare, "init", "--quiet", "--bare", "--initial-branch=main")
    git(bare, f"--git-dir={bare}", f"--work-tree={tree_folder}", "-c", "core.bare=false", "-c", "core.excludesFile=/dev/null",
        "-c", "core.autocrlf=false", "add", "--all", "--force", ".", )
    tree = git(bare, "write-tree")
    oid = git(bare, "commit-tree", tree, "-m", "The package")
    git(bare, "update-ref", "refs/heads/main", oid)


def corpus_repositories(src, root):
    for package in sorted(path for path in src.iterdir() if path.is_dir() and not path.name.startswith(".")):
        copy = root.parent / "copy"
        # The corpus marks roots by empty `.git` folders.
        shutil.copytree(package, copy, symlinks=True, ignore=shutil.ignore_patterns(".git"))
        commit_tree(root / "corpus" / f"{package.name}.git", copy)
        shutil.rmtree(copy)
    return list((root / "corpus").iterdir())


def add_file(bare, name, text, index):
    """A commit on the main branch that adds a file."""
    blob = git(bare, "hash-object", "-w", "--stdin", input=text)
    environment = {**os.environ, **IDENTITY, "GIT_INDEX_FILE": str(index)}
    for arguments in (["read-tree", "main"], ["update-index", "--add", "--cacheinfo", f"100644,{blob},{name}"]):
        subprocess.run(["git", *arguments], cwd=bare, env=environment, check=True)
    tree = subprocess.run(["git", "write-tree"], cwd=bare, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    oid = git(bare, "commit-tree", tree.stdout.strip(), "-p", "main", "-m", "New code of the old kind")
    git(bare, "update-ref", "refs/heads/main", oid)


class Campaign:
    def __init__(self, options, owner, transforms):
        self.options = options
        self.folder = options.work / "campaign"
        self.folder.mkdir(parents=True)
        self.forge = subprocess.Popen([options.forge, options.work / "forge", TOKEN], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True)
        self.api = self.forge.stdout.readline().strip()
        (self.folder / "campaign.toml").write_text(f"""
[campaign]
id = "corpus"
contact = "the corpus"
[forge]
api = "{self.api}"
insecure = true
[repositories]
organisations = ["{owner}"]
permission = ["{owner}"]
[transforms]
select = {json.dumps(transforms)}
[change]
max-lines = 100000
max-files = 100000
[waves]
sizes = []
drafts = 0
stop-closed = 1.0
[pace]
seconds-between-writes = 0.0
writes-per-minute = 100000
writes-per-hour = 100000
budget = 100000
[limits]
time = 1200
""")

    def run(self, *arguments, expected=(0,)):
        begin = time.monotonic()
        done = subprocess.run([self.options.tool, "campaign", *arguments], cwd=self.folder, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, env={**os.environ, "UNSPOOL_TOKEN": TOKEN, "XDG_STATE_HOME": str(self.folder / "state")})
        took = time.monotonic() - begin
        last = (done.stderr.strip().splitlines() or [""])[-1]
        print(f"{' '.join(arguments)}: {took:.1f} s, status {done.returncode}: {last}", flush=True)
        if done.returncode not in expected:
            sys.exit(done.stderr)
        return done.stdout

    def units(self):
        """Of each repository its one unit, apart from reverts."""
        status = json.loads(self.run("status", "--json"))
        return {unit["repository"]: unit for unit in status["units"] if not unit["unit"].startswith("revert/")}

    def end(self):
        self.forge.stdin.close()
        self.forge.wait()


    def close_as_a_person(self, name):
        request = urllib.request.Request(f"{self.api}/repos/{name}/pulls/1", method="PATCH", data=b'{"state": "closed"}',
                                         headers={"Authorization": f"Bearer {TOKEN}"})
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 200


def life(options):
    repositories = corpus_repositories(options.src, options.work / "forge")
    campaign = Campaign(options, "corpus", ["list-to-genexpr"])
    fates = {}

    def bare(name):
        return options.work / "forge" / f"{name}.git"

    campaign.run("repos")
    campaign.run("plan")
    campaign.run("show", "--html", "plan.html")
    planned = campaign.units()
    names = sorted(planned)
    # Reviewed: one is rejected, the others are accepted.
    rejected, edited, closed, moved = names[:4]
    campaign.run("show", "--reject", rejected, "--note", "not here")
    campaign.run("show", "--accept", "all")
    campaign.run("publish")
    first = campaign.units()
    assert {unit["state"] for name, unit in first.items() if name != rejected} == {"open"}, first
    assert first[rejected]["state"] == "planned" and first[rejected]["decision"] == "rejected", first[rejected]
    campaign.run("publish")
    # A person edits one and closes another; a new version of the code comes in a third.
    tip = git(bare(edited), "rev-parse", f"refs/heads/{BRANCH}")
    theirs = git(bare(edited), "commit-tree", f"{tip}^{{tree}}", "-p", tip, "-m", "A person was here")
    git(bare(edited), "update-ref", f"refs/heads/{BRANCH}", theirs)
    campaign.close_as_a_person(closed)
    add_file(bare(moved), "unspool_new.py", SMALL, options.work / "index")
    campaign.run("repos")
    campaign.run("plan")
    campaign.run("show", "--accept", "all")
    campaign.run("publish")
    assert git(bare(edited), "rev-parse", BRANCH) == theirs, "a commit of a person is gone"
    assert "unspool_new.py" in git(bare(moved), "diff", "--name-only", "main", BRANCH), "the new version is not published"
    fates[rejected] = "rejected in the review: never published"
    fates[edited] = "edited by a person: left to them"
    fates[closed] = "closed by a person: stayed closed"
    fates[moved] = "renewed after new code; "
    campaign.run("merge", "--when-green")
    after = campaign.units()
    states = {name: unit["state"] for name, unit in after.items()}
    assert [states[name] for name in (rejected, edited, closed)] == ["planned", "edited", "closed"], states
    merged = [name for name in names if states[name] == "merged"]
    assert len(merged) == len(names) - 3, states
    before = {name: git(bare(name), "rev-parse", "main~1^{tree}") for name in merged}
    campaign.run("revert")
    campaign.run("show", "--accept", "all")
    campaign.run("publish")
    campaign.run("merge", "--when-green")
    for name, tree in before.items():
        now = git(bare(name), "rev-parse", "main^{tree}")
        assert now == tree, f"{name}: the revert is not what was before"
        fates[name] = fates.get(name, "") + "merged, then reverted to the byte"
    summary = [
        "# A campaign over the corpus",
        "",
        f"Made by `corpus/campaign.py`: {len(repositories)} repositories on the fake forge, `list-to-genexpr`, tier safe, one pull request for "
        f"each of {len(names)} with something to do ({sum(unit['rewrites'] for unit in planned.values())} rewrites, "
        f"{sum(unit['lines'] for unit in planned.values())} lines); {len(repositories) - len(names)} without.",
        "",
        "| repository | rewrites | lines | what became of it |",
        "| --- | --- | --- | --- |",
    ]
    summary += [f"| {name.split('/')[1]} | {planned[name]['rewrites']} | {planned[name]['lines']} | {fates[name]} |" for name in names]
    print("\n".join(summary))
    if options.summary:
        options.summary.write_text("\n".join(summary) + "\n")
    campaign.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", type=lambda path: Path(path).resolve(), required=True)
    parser.add_argument("--forge", type=lambda path: Path(path).resolve(), required=True)
    parser.add_argument("--src", type=Path, required=True)
    parser.add_argument("--work", type=lambda path: Path(path).resolve(), required=True)
    parser.add_argument("--summary", type=Path, help="write what came out of it, without times")
    options = parser.parse_args()
    if options.work.exists():
        parser.error(f"{options.work} is there already")
    options.work.mkdir(parents=True)
    life(options)


main()
