#!/usr/bin/env python3
"""What `unspool campaign plan` costs for each repository: many small ones in a local mirror, one of ten with something to do.

    python3 bench/campaign.py --tool target/release/unspool [--count 1000] [--jobs 0] [--clone shallow]

Prints repositories per second, CPU time for each, and memory: of the largest process, and of all together (sampled).
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

IDENTITY = {
    "GIT_AUTHOR_NAME": "A Person", "GIT_AUTHOR_EMAIL": "person@example.com", "GIT_AUTHOR_DATE": "1700000000 +0000",
    "GIT_COMMITTER_NAME": "A Person", "GIT_COMMITTER_EMAIL": "person@example.com",
    "GIT_COMMITTER_DATE": "1700000000 +0000", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
}
WITH_SITE = "def total(entries: list[int]):\n    return sum([entry * 2 for entry in entries])\n"
WITHOUT = "def total(entries: list[int]):\n    return sum(entries)\n"
OTHER = "import os\n\n\ndef f(x):\n    return os.path.join(x, 'y')\n" * 20


def git(folder, *arguments):
    done = subprocess.run(["git", *arguments], cwd=folder, env={**os.environ, **IDENTITY}, check=True,
                          stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def repository(folder, stats, work):
    """A bare repository of ten files in one commit."""
    tree = work / "tree"
    (tree / "pkg").mkdir(parents=True)
    (tree / "pkg" / "stats.py").write_text(stats)
    for number in range(9):
        (tree / "pkg" / f"m{number}.py").write_text(OTHER)
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--bare", "--template=", "--initial-branch=main")
    git(folder, f"--git-dir={folder}", f"--work-tree={tree}", "-c", "core.bare=false", "add", "--all", ".")
    oid = git(folder, "commit-tree", git(folder, "write-tree"), "-m", "The package")
    git(folder, "update-ref", "refs/heads/main", oid)
    shutil.rmtree(tree)


def mirror(count, root, work):
    models = [root / "with", root / "without"]
    repository(models[0], WITH_SITE, work)
    repository(models[1], WITHOUT, work)
    folders = []
    for number in range(count):
        folder = root / f"r{number:05}.git"
        # Objects are shared: what is measured reads them as if they were not.
        shutil.copytree(models[0 if number % 10 == 0 else 1], folder, copy_function=os.link)
        folders.append(folder)
    return folders


class Memory(threading.Thread):
    """The most that the processes of a session had together, in MiB, as far as looking 20 times a second shows."""

    def __init__(self, session):
        super().__init__(daemon=True)
        self.session, self.peak, self.ended = session, 0, threading.Event()

    def run(self):
        page = os.sysconf("SC_PAGE_SIZE")
        while not self.ended.wait(0.05):
            pages = 0
            for entry in os.scandir("/proc"):
                if entry.name.isdigit():
                    try:
                        fields = Path(entry.path, "stat").read_text().rpartition(") ")[2].split()
                    except OSError:
                        continue
                    if int(fields[3]) == self.session:
                        pages += int(fields[21])
            self.peak = max(self.peak, pages * page / 1024 / 1024)


def run(tool, folder, *arguments):
    process = subprocess.Popen([tool, "campaign", *arguments], cwd=folder, stderr=subprocess.PIPE, text=True,
                               start_new_session=True)
    memory = Memory(process.pid)
    memory.start()
    said = process.stderr.read()
    if process.wait() != 0:
        sys.exit(said)
    memory.ended.set()
    memory.join()
    return said, memory.peak


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", type=lambda path: Path(path).resolve(), required=True)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("--clone", default="shallow")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        folders = mirror(options.count, work / "mirror", work)
        campaign = work / "campaign"
        campaign.mkdir()
        names = ", ".join(f"'{folder}'" for folder in folders)
        (campaign / "campaign.toml").write_text(
            f"[campaign]\nid = 'bench'\ncontact = 'nobody'\n[repositories]\nlocal = [{names}]\n"
            f"[transforms]\nselect = ['list-to-genexpr']\n"
            f"[limits]\njobs = {options.jobs}\nclone = '{options.clone}'\n")
        run(options.tool, campaign, "repos")
        before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        said, together = run(options.tool, campaign, "plan")
        took, after = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        last = said.strip().splitlines()[-1]
        expected = f"{options.count} repositories: {-(-options.count // 10)} rewrites"
        assert last.startswith(expected), last
        print(last)
        print(f"{options.count / took:.1f} repositories a second on {os.cpu_count()} cores "
              f"(load before: {os.getloadavg()[2]:.1f}); {used / options.count * 1000:.0f} ms of CPU each; "
              f"largest process {after.ru_maxrss / 1024:.0f} MiB, all together {together:.0f} MiB")


main()
