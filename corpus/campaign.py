#!/usr/bin/env python3
"""A campaign over every package of the corpus, from the list of repositories to the revert, against the fake forge.

    python3 corpus/campaign.py --tool target/release/unspool --forge target/release/unspool-fake-forge --src SRC --work WORK
    python3 corpus/campaign.py ... --small 1000        # instead: what `plan` costs, on so many small repositories

Each package becomes a bare repository of one commit. What is expected is asserted; what is measured is printed.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

TOKEN = "token-of-the-corpus-campaign"
IDENTITY = {
    "GIT_AUTHOR_NAME": "A Person", "GIT_AUTHOR_EMAIL": "person@example.com", "GIT_AUTHOR_DATE": "1700000000 +0000",
    "GIT_COMMITTER_NAME": "A Person", "GIT_COMMITTER_EMAIL": "person@example.com",
    "GIT_COMMITTER_DATE": "1700000000 +0000", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
}
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
    for package in sorted(path for path in src.iterdir() if path.is_dir()):
        copy = root.parent / "copy"
        # The corpus marks roots by empty `.git` folders.
        shutil.copytree(package, copy, symlinks=True, ignore=shutil.ignore_patterns(".git"))
        commit_tree(root / "corpus" / f"{package.name}.git", copy)
        shutil.rmtree(copy)


def small_repositories(count, root):
    template = root.parent / "template"
    (template / "pkg").mkdir(parents=True)
    (template / "pkg" / "stats.py").write_text(SMALL)
    for number in range(9):
        (template / "pkg" / f"m{number}.py").write_text("import os\n\n\ndef f(x):\n    return os.path.join(x, 'y')\n" * 20)
    first = root / "small" / "r0000.git"
    commit_tree(first, template)
    for number in range(1, count):
        shutil.copytree(first, root / "small" / f"r{number:04}.git")


class Campaign:
    def __init__(self, options, owner, transforms):
        self.options = options
        self.folder = options.work / "campaign"
        self.folder.mkdir(parents=True)
        self.forge = subprocess.Popen([options.forge, options.work / "forge", TOKEN], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True)
        api = self.forge.stdout.readline().strip()
        (self.folder / "campaign.toml").write_text(f"""
[campaign]
id = "corpus"
contact = "the corpus"
[forge]
api = "{api}"
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
                              stderr=subprocess.PIPE, text=True, env={**os.environ, "UNSPOOL_TOKEN": TOKEN})
        took = time.monotonic() - begin
        last = (done.stderr.strip().splitlines() or [""])[-1]
        print(f"{' '.join(arguments)}: {took:.1f} s, status {done.returncode}: {last}", flush=True)
        if done.returncode not in expected:
            sys.exit(done.stderr)
        return done.stdout

    def states(self):
        status = json.loads(self.run("status", "--json"))
        return {(unit["repository"], unit["unit"]): unit["state"] for unit in status["units"]}

    def end(self):
        self.forge.stdin.close()
        self.forge.wait()


def life(options):
    corpus_repositories(options.src, options.work / "forge")
    campaign = Campaign(options, "corpus", ["list-to-genexpr"])
    bare = options.work / "forge" / "corpus"
    campaign.run("repos")
    campaign.run("plan")
    campaign.run("show", "--html", "plan.html")
    campaign.run("show", "--accept", "all")
    campaign.run("publish")
    first = campaign.states()
    assert first and set(first.values()) == {"open"}, first
    campaign.run("publish")
    # A person edits one, closes none; a new version of the code comes in another.
    names = sorted(name for name, _ in first)
    edited, moved = names[0], names[1]
    branch = "unspool/corpus/list-to-genexpr"
    folder = bare / f"{edited.split('/')[1]}.git"
    tip = git(folder, "rev-parse", f"refs/heads/{branch}")
    theirs = git(folder, "commit-tree", f"{tip}^{{tree}}", "-p", tip, "-m", "A person was here")
    git(folder, "update-ref", f"refs/heads/{branch}", theirs)
    folder = bare / f"{moved.split('/')[1]}.git"
    blob = git(folder, "hash-object", "-w", "--stdin", input=SMALL)
    index = {**os.environ, **IDENTITY, "GIT_INDEX_FILE": str(options.work / "index")}
    for arguments in (["read-tree", "main"], ["update-index", "--add", "--cacheinfo", f"100644,{blob},unspool_new.py"]):
        subprocess.run(["git", *arguments], cwd=folder, env=index, check=True)
    tree = subprocess.run(["git", "write-tree"], cwd=folder, env=index, check=True, stdout=subprocess.PIPE, text=True)
    oid = git(folder, "commit-tree", tree.stdout.strip(), "-p", "main", "-m", "New code of the old kind")
    git(folder, "update-ref", "refs/heads/main", oid)
    campaign.run("repos")
    campaign.run("plan")
    campaign.run("show", "--accept", "all")
    campaign.run("publish")
    assert git(bare / f"{edited.split('/')[1]}.git", "rev-parse", branch) == theirs, "a commit of a person is gone"
    assert "unspool_new.py" in git(folder, "diff", "--name-only", "main", branch), "the new version is not published"
    campaign.run("merge", "--when-green")
    merged = campaign.states()
    assert merged[edited, "list-to-genexpr"] == "edited", merged
    assert sum(state == "merged" for state in merged.values()) == len(first) - 1, merged
    before = {name: git(bare / f"{name.split('/')[1]}.git", "rev-parse", "main~1^{tree}") for name in names[1:]}
    campaign.run("revert")
    campaign.run("show", "--accept", "all")
    campaign.run("publish")
    campaign.run("merge", "--when-green")
    for name, tree in before.items():
        after = git(bare / f"{name.split('/')[1]}.git", "rev-parse", "main^{tree}")
        assert after == tree, f"{name}: the revert is not what was before"
    print(f"{len(names)} repositories: published, one edited, one renewed, {len(before)} merged and reverted to the byte")
    campaign.end()


def cost(options):
    small_repositories(options.small, options.work / "forge")
    campaign = Campaign(options, "small", ["list-to-genexpr"])
    campaign.run("repos")
    begin, cpu = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    campaign.run("plan")
    took, after = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - cpu.ru_utime - cpu.ru_stime
    print(f"{options.small / took:.1f} repositories a second; {used / options.small * 1000:.0f} ms of CPU each; "
          f"largest process {after.ru_maxrss / 1024:.0f} MiB")
    campaign.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", type=lambda path: Path(path).resolve(), required=True)
    parser.add_argument("--forge", type=lambda path: Path(path).resolve(), required=True)
    parser.add_argument("--src", type=Path)
    parser.add_argument("--work", type=lambda path: Path(path).resolve(), required=True)
    parser.add_argument("--small", type=int)
    options = parser.parse_args()
    if options.work.exists():
        parser.error(f"{options.work} is there already")
    options.work.mkdir(parents=True)
    if options.small:
        cost(options)
    elif options.src:
        life(options)
    else:
        parser.error("--src or --small")


main()
