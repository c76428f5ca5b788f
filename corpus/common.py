"""What the scripts of this folder share: where things are, and running the built tool on a package."""
import glob
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
HOME = ROOT / ".corpus"
SNAPSHOTS = ROOT / "snapshots" / "corpus"
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "site-packages")


def arguments(parser):
    """Options that all scripts understand."""
    parser.add_argument("--tool", type=pathlib.Path, default=ROOT / "target" / "release" / "unspool", help="the built binary")
    parser.add_argument("--src", type=pathlib.Path, default=HOME / "src", help="unpacked packages, as fetch.py makes them")
    parser.add_argument("--only", help="names of packages, separated by commas")


def packages(args):
    """The packages that are asked for. Missing sources are an error, not a smaller corpus."""
    with open(HERE / "packages.toml", "rb") as file:
        found = tomllib.load(file)["package"]
    if args.only:
        names = args.only.split(",")
        if unknown := set(names) - {package["name"] for package in found}:
            sys.exit(f"unknown: {', '.join(sorted(unknown))}")
        found = [package for package in found if package["name"] in names]
    if missing := [package["name"] for package in found if not (args.src / package["dir"]).is_dir()]:
        sys.exit(f"not fetched: {', '.join(missing)} (python3 corpus/fetch.py)")
    if not args.tool.is_file():
        sys.exit(f"{args.tool}: not built (cargo build --release), or name it with --tool")
    args.tool = args.tool.resolve()
    for package in found:
        # An empty mark makes each package a repository of its own, whatever lies around it.
        (args.src / package["dir"] / ".git").mkdir(exist_ok=True)
    return found


def copy(package, args, target):
    """A fresh copy of a package, to be changed."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(args.src / package["dir"], target, symlinks=True, ignore=LEFT_OUT)


def sources(package, folder):
    """The package's own code, tests left out, as paths below the folder."""
    return sorted(path for pattern in package["src"] for path in glob.glob(pattern, root_dir=folder))


def run(args, folder, *command):
    """Runs the tool in a folder. Returns the finished process; status 2 ends the script."""
    done = subprocess.run([args.tool, *command], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode not in (0, 1, 3):
        sys.exit(f"{folder}: {command}: status {done.returncode}\n{done.stderr.decode(errors='replace')}")
    return done


def transforms(args):
    """Ids of the transforms, and whether each is on by default."""
    listed = subprocess.run([args.tool, "list"], capture_output=True, text=True, check=True).stdout.splitlines()
    return {cells[0]: cells[2] == "on" for cells in map(str.split, listed[1:])}


def check(args, folder, *command):
    """The report of `check --refusals --format json`."""
    return json.loads(run(args, folder, "check", "--refusals", "--format", "json", *command).stdout)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    print(f"wrote {os.path.relpath(path)}")
