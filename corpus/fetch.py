#!/usr/bin/env python3
"""Fetch the pinned corpus: sdists unpacked into SRC, one virtual environment per Python version into VENVS.

usage: fetch.py [--src SRC] [--venvs VENVS] [--downloads DIR] [--pythons DIR] [--only NAME,NAME] [--split open|heldout] [--no-venvs] [--no-sdists]

SRC and VENVS are .corpus/src and .corpus/venvs of the repository unless named.
--pythons: folder with <version>/bin/python installs (as pyenv's `versions`; default ~/.pyenv/versions); otherwise pythonX.Y from PATH.
sdists come through `pip download --no-deps --no-binary NAME` (which runs the package's own metadata step, so it needs the index for build tools);
venv contents come from requirements-<python>.txt beside this script (a full `pip freeze`).
stdlib only; Python >= 3.11.
"""
import argparse, glob, os, re, shutil, subprocess, sys, tarfile, tomllib, zipfile

def find_python(ver, pythons):
    c = sorted(glob.glob(os.path.join(pythons, ver + ".*", "bin", "python")), key=lambda p: [int(x) for x in re.findall(r"\d+", p.split(os.sep)[-3])])
    if c: return c[-1]
    p = shutil.which("python" + ver)
    if not p: sys.exit(f"no python {ver}; give --pythons")
    return p

def unpack(path, src):
    if path.endswith(".zip"):
        with zipfile.ZipFile(path) as z: z.extractall(src)
    else:
        with tarfile.open(path) as t: t.extractall(src, filter="data")

def main():
    here = os.path.dirname(os.path.abspath(__file__))
    ap = argparse.ArgumentParser()
    home = os.path.join(os.path.dirname(here), ".corpus")
    ap.add_argument("--src", default=os.path.join(home, "src")); ap.add_argument("--venvs", default=os.path.join(home, "venvs")); ap.add_argument("--downloads"); ap.add_argument("--pythons", default=os.path.expanduser("~/.pyenv/versions"))
    ap.add_argument("--config", default=os.path.join(here, "packages.toml")); ap.add_argument("--only"); ap.add_argument("--split"); ap.add_argument("--no-venvs", action="store_true"); ap.add_argument("--no-sdists", action="store_true")
    a = ap.parse_args()
    with open(a.config, "rb") as f: pk = tomllib.load(f)["package"]
    if a.only: pk = [p for p in pk if p["name"] in a.only.split(",")]
    if a.split: pk = [p for p in pk if p["split"] == a.split]
    os.makedirs(a.src, exist_ok=True)
    dl = a.downloads or os.path.join(a.src, ".downloads"); os.makedirs(dl, exist_ok=True)
    bad = []
    for p in [] if a.no_sdists else pk:
        dst = os.path.join(a.src, p["dir"])
        if os.path.isdir(dst): continue
        if p.get("runner") == "regrtest":
            py = find_python(p["python"], a.pythons)
            lib = subprocess.run([py, "-c", "import os; print(os.path.dirname(os.__file__))"], capture_output=True, text=True, check=True).stdout.strip()
            shutil.copytree(lib, dst, ignore=shutil.ignore_patterns("__pycache__", "site-packages")); print("copied", lib, flush=True); continue
        have = lambda: [f for f in os.listdir(dl) if re.sub(r"\.(tar\.gz|tar\.bz2|zip|tgz)$", "", f).lower().replace("_", "-") == f"{p['name']}-{p['version']}".lower().replace("_", "-")]
        if not have():
            py = find_python(p.get("fetch_python", "3.12"), a.pythons)
            r = subprocess.run([py, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--no-binary", p["name"], "-d", dl, f"{p['name']}=={p['version']}"], capture_output=True, text=True)
            if r.returncode: bad.append(p["name"]); print(f"FAILED {p['name']}: {r.stderr[-300:]}", flush=True); continue
        f = have()
        if not f: bad.append(p["name"]); print("no sdist file for", p["name"], os.listdir(dl)[:5]); continue
        unpack(os.path.join(dl, f[0]), a.src)
        if not os.path.isdir(dst): bad.append(p["name"]); print("unexpected folder name for", p["name"]); continue
        print("ok", p["name"], p["version"], flush=True)
    for v in [] if a.no_venvs else sorted({p["python"] for p in pk}):
        d = os.path.join(a.venvs, v)
        if os.path.isdir(d): continue
        subprocess.run([find_python(v, a.pythons), "-m", "venv", d], check=True)
        req = os.path.join(here, f"requirements-{v}.txt")
        if os.path.exists(req): subprocess.run([os.path.join(d, "bin", "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--prefer-binary", "--no-deps", "-r", req], check=True)
        print("venv", v, flush=True)
    sys.exit(f"failed: {bad}" if bad else 0)
if __name__ == "__main__": main()
