#!/usr/bin/env python3
"""Run one corpus package's tests against a (possibly modified) source tree; print JSON.

usage: runtests.py PKG SRC_DIR [--venvs DIR] [--config packages.toml] [--python EXE] [--in-place] [--timeout S] [--log FILE] [--compare]

SRC_DIR is the unpacked sdist root (SRC/<name>-<version>), or for PKG=cpython-stdlib a copy of Lib (lib/python3.13).
The tree is copied to a temporary folder first (--in-place: not), so the tests cannot change it.
Prints {"package", "passed", "failed", "errors", "skipped", "failing": [ids], "seconds", "rc", "imported_from_tree", "imported_elsewhere", ...}.
--compare also gives "new_failures" / "fixed" against the recorded baseline (flaky ids ignored) and exits 1 when there are new failures.
stdlib only; Python >= 3.11 (tomllib).
"""
import argparse, json, os, shutil, signal, subprocess, sys, tempfile, time, tomllib, xml.etree.ElementTree as ET

PLUGIN = r'''
import json, os, sys
OUT = os.environ["CORPUS_OUT"]
res = {}
rank = {"passed": 0, "skipped": 1, "failed": 3, "error": 2}
def note(i, o):
    if i not in res or rank[o] > rank[res[i]]: res[i] = o
def pytest_runtest_logreport(report):
    i = report.nodeid
    if report.when == "call":
        note(i, "skipped" if report.skipped else "passed" if report.passed else "failed")
    elif report.failed: note(i, "error")
    elif report.skipped: note(i, "skipped")
WARNED = {}
def pytest_warning_recorded(warning_message, when, nodeid, location):
    # An error in a destructor comes as a warning of pytest's own.
    text = str(warning_message.message)
    if "ResourceWarning: " in text or issubclass(warning_message.category, ResourceWarning):
        WARNED[nodeid] = WARNED.get(nodeid, 0) + 1
def pytest_collectreport(report):
    if report.failed: note("COLLECT " + report.nodeid, "error")
def pytest_sessionfinish(session, exitstatus):
    dump(int(exitstatus))
def dump(st):
    mods = os.environ.get("CORPUS_MODULES", "").split()
    files = {}
    for m in sorted(sys.modules):
        if m.split(".")[0] in mods:
            f = getattr(sys.modules[m], "__file__", None)
            if f: files[m] = os.path.realpath(f)
    with open(OUT, "w") as out: json.dump({"exit": st, "results": res, "modules": files, "warned": WARNED}, out)
'''

def load(config, pkg):
    with open(config, "rb") as f: data = tomllib.load(f)
    for p in data["package"]:
        if p["name"].lower() == pkg.lower(): return p
    sys.exit(f"unknown package {pkg}; known: " + " ".join(p["name"] for p in data["package"]))

def run(cmd, cwd, env, timeout, log):
    t = time.time()
    with open(log, "wb") as lf:
        p = subprocess.Popen(cmd, cwd=cwd, env=env, stdout=lf, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, start_new_session=True)
        try: rc = p.wait(timeout); to = False
        except subprocess.TimeoutExpired: to = True; rc = -1
        finally:
            try: os.killpg(p.pid, signal.SIGKILL)
            except ProcessLookupError: pass
            p.wait()
    return rc, to, time.time() - t

def base_env(tmp, py="/usr/bin/python3"):
    keep = ("LANG", "LC_ALL", "TZ")
    env = {k: v for k, v in os.environ.items() if k in keep}
    home = os.path.join(tmp, "home"); os.makedirs(home, exist_ok=True)
    tt = os.path.join(tmp, "tmp"); os.makedirs(tt, exist_ok=True)
    env.update(HOME=home, TMPDIR=tt, PATH=os.pathsep.join([os.path.dirname(os.path.abspath(py)), "/usr/local/bin", "/usr/bin", "/bin"]), PYTHONDONTWRITEBYTECODE="1", PYTHONHASHSEED="0", LANG=env.get("LANG", "C.UTF-8"), LC_ALL="C.UTF-8", USER="tester", LOGNAME="tester")
    return env

def pytest_run(cfg, src, py, tmp, a):
    plug = os.path.join(tmp, "plug"); os.makedirs(plug)
    with open(os.path.join(plug, "corpus_report_plugin.py"), "w") as f: f.write(PLUGIN)
    out = os.path.join(tmp, "out.json")
    env = base_env(tmp, py)
    pp = [os.path.join(src, d) if d != "." else src for d in cfg.get("pythonpath", ["."])]
    env.update(PYTHONPATH=os.pathsep.join(pp + [plug]), CORPUS_OUT=out, CORPUS_MODULES=" ".join(cfg.get("modules", [])), PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    env.update(cfg.get("env", {}))
    cmd = [py, "-B", "-m", "pytest", "-q", "-p", "corpus_report_plugin", "-p", "no:cacheprovider", "-o", "addopts=", "--tb=short", "-W", "ignore::pytest.PytestUnknownMarkWarning"]
    if a.resource_warnings: cmd += ["-W", "error::ResourceWarning"]
    for p in cfg.get("plugins", []): cmd += ["-p", p]
    cmd += cfg.get("args", ["tests"])
    for d in cfg.get("deselect", []): cmd += ["--deselect", d]
    rc, to, sec = run(cmd, os.path.join(src, cfg.get("cwd", ".")), env, a.timeout or cfg.get("timeout", 300), a.log)
    if not os.path.exists(out): return {"rc": rc, "timeout": to, "seconds": sec, "results": {}, "modules": {}, "crashed": not to}
    d = json.load(open(out)); return {"rc": rc, "timeout": to, "seconds": sec, "results": d["results"], "modules": d["modules"], "warned": d["warned"]}

def command_run(cfg, src, py, tmp, a):
    """a unittest-style command: parse "Ran N tests", "FAILED (...)", "ERROR: id" / "FAIL: id" lines"""
    import re
    env = base_env(tmp, py); env["PYTHONPATH"] = os.pathsep.join(os.path.join(src, d) if d != "." else src for d in cfg.get("pythonpath", ["."]))
    env.update(cfg.get("env", {}))
    mods = {}
    for m in cfg.get("modules", []):
        r = subprocess.run([py, "-B", "-c", f"import {m}; print({m}.__file__)"], cwd=src, env=env, capture_output=True, text=True)
        mods[m] = os.path.realpath(r.stdout.strip()) if r.returncode == 0 else "IMPORT FAILED: " + r.stderr[-300:]
    if a.resource_warnings: env["PYTHONWARNINGS"] = "error::ResourceWarning"
    rc, to, sec = run([py if x == "{python}" else x for x in cfg["args"]], src, env, a.timeout or cfg.get("timeout", 300), a.log)
    txt = open(a.log, errors="replace").read()
    res = {}
    for m in re.finditer(r"^(FAIL|ERROR): (.+?)$", txt, re.M): res[m.group(2)] = "failed" if m.group(1) == "FAIL" else "error"
    n = sum(int(x) for x in re.findall(r"^Ran (\d+) tests?", txt, re.M)); sk = sum(int(x) for x in re.findall(r"skipped=(\d+)", txt))
    bad = len(res)
    for i in range(max(0, n - bad - sk)): res[f"#{i}"] = "passed"
    for i in range(sk): res[f"#s{i}"] = "skipped"
    return {"rc": rc, "timeout": to, "seconds": sec, "results": res, "modules": mods, "warned": warned_in(txt)}

def warned_in(text):
    """How often a ResourceWarning became an error that nobody could catch."""
    import re
    return {"": len(re.findall(r"^ResourceWarning: ", text, re.M))}

def regrtest_run(cfg, src, py, tmp, a):
    """`python -m test` against a copy of Lib.

    A private prefix is built: prefix/bin/python3.13 (a COPY of the real executable, so that getpath finds prefix/lib/python3.13/os.py next to it even under -I/-E)
    and prefix/lib/python3.13 -> the copy of Lib.  PYTHON_FROZEN_MODULES=off: otherwise os, site, codecs, io, abc, posixpath, ... come frozen from the executable.
    """
    ver = "python" + cfg["python"]
    real = subprocess.run([py, "-c", "import sys; print(sys._base_executable); print(sys.base_prefix)"], capture_output=True, text=True, check=True).stdout.split()
    exe, prefix = os.path.realpath(real[0]), real[1]
    pre = os.path.join(tmp, "prefix"); os.makedirs(os.path.join(pre, "bin")); os.makedirs(os.path.join(pre, "lib"))
    shutil.copy2(exe, os.path.join(pre, "bin", ver))
    for n in os.listdir(os.path.join(prefix, "lib")):
        if n.startswith("libpython"): os.symlink(os.path.join(prefix, "lib", n), os.path.join(pre, "lib", n))
    os.rename(src, os.path.join(pre, "lib", ver)) if not a.in_place else os.symlink(src, os.path.join(pre, "lib", ver))
    if os.path.isdir(os.path.join(prefix, "include")): os.symlink(os.path.join(prefix, "include"), os.path.join(pre, "include"))
    env = base_env(tmp, py); env.pop("PYTHONHASHSEED")
    env.update(PYTHON_FROZEN_MODULES="off", LD_LIBRARY_PATH=os.path.join(prefix, "lib"))
    new = os.path.join(pre, "bin", ver)
    chk = subprocess.run([new, "-c", "import os, sys, encodings, argparse, json; print(*(m.__file__ for m in (os, encodings, argparse, json)), sep='\\n')"], env=env, capture_output=True, text=True)
    where = chk.stdout.split()
    xml = os.path.join(tmp, "junit.xml")
    cmd = [new, *(["-W", "error::ResourceWarning"] if a.resource_warnings else []), "-m", "test", "-u", "none", "-j1", "--timeout", "120", "--junit-xml", xml] + cfg["args"]
    rc, to, sec = run(cmd, tmp, env, a.timeout or cfg.get("timeout", 600), a.log)
    results = {}
    if os.path.exists(xml):
        try:
            for tc in ET.parse(xml).getroot().iter("testcase"):
                i = tc.get("name") or "?"
                o = "failed" if tc.find("failure") is not None else "error" if tc.find("error") is not None else "skipped" if tc.get("status") == "notrun" or tc.find("skipped") is not None or tc.get("result") == "skipped" else "passed"
                if results.get(i) not in ("failed", "error"): results[i] = o
        except ET.ParseError: pass
    # modules that failed as a whole (import error, crash) show only in the log
    txt = open(a.log, errors="replace").read()
    import re
    for m in re.finditer(r"^\S+ \S*\s*\[ *\d+/\d+(?:/\d+)?\] (test_\S+) (failed|crashed|worker non-zero|process crashed|run no tests)", txt, re.M):
        if m.group(2) != "run no tests": results["MODULE " + m.group(1)] = "error"
    mods = {p: os.path.realpath(p) for p in where}
    return {"rc": rc, "timeout": to, "seconds": sec, "results": results, "modules": mods, "warned": warned_in(txt), "prefix": os.path.realpath(pre), "boot_error": chk.stderr[-2000:] if chk.returncode else ""}

def main():
    # Where the runner was started in the background, interrupts are ignored, and would be by the tests of interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    ap = argparse.ArgumentParser()
    here = os.path.dirname(os.path.abspath(__file__))
    ap.add_argument("pkg"); ap.add_argument("src")
    ap.add_argument("--venvs", default=os.environ.get("CORPUS_VENVS", os.path.join(os.path.dirname(here), ".corpus", "venvs")), help="folder made by fetch.py (default: .corpus/venvs)")
    ap.add_argument("--config", default=os.path.join(here, "packages.toml"))
    ap.add_argument("--python", help="python executable (default: VENVS/<version>/bin/python)")
    ap.add_argument("--in-place", action="store_true"); ap.add_argument("--timeout", type=int); ap.add_argument("--log"); ap.add_argument("--compare", action="store_true"); ap.add_argument("--resource-warnings", action="store_true", help="run with -W error::ResourceWarning and count what it turns into errors"); ap.add_argument("--all", action="store_true", help="also list every test id with its outcome")
    a = ap.parse_args()
    cfg = load(a.config, a.pkg)
    if cfg.get("kind") == "parse": sys.exit(f"{a.pkg} is parse-only")
    py = os.path.abspath(a.python or os.path.join(a.venvs, cfg["python"], "bin", "python"))
    with tempfile.TemporaryDirectory(prefix="corpus-", ignore_cleanup_errors=True) as tmp:
        a.log = os.path.abspath(a.log) if a.log else os.path.join(tmp, "log")
        src = os.path.abspath(a.src)
        if not a.in_place:
            dst = os.path.join(tmp, "src", os.path.basename(src.rstrip("/"))); os.makedirs(os.path.dirname(dst))
            shutil.copytree(src, dst, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", *( ["site-packages"] if cfg.get("runner") == "regrtest" else [])))
            src = dst
        r = {"regrtest": regrtest_run, "command": command_run}.get(cfg.get("runner"), pytest_run)(cfg, src, py, tmp, a)
        root = r.get("prefix") or os.path.realpath(src)
        res = r["results"]; cnt = lambda o: sum(v == o for v in res.values())
        tail = open(a.log, errors="replace").read()[-1500:] if os.path.exists(a.log) else ""
    failing = sorted(k for k, v in res.items() if v in ("failed", "error"))
    inside = [m for m, f in r["modules"].items() if f.startswith(root + os.sep)]
    outside = {m: f for m, f in r["modules"].items() if not f.startswith(root + os.sep)}
    o = {"package": cfg["name"], "version": cfg["version"], "passed": cnt("passed"), "failed": cnt("failed"), "errors": cnt("error"), "skipped": cnt("skipped"), "seconds": round(r["seconds"], 1), "rc": r["rc"], "timeout": r["timeout"], "imported_from_tree": len(inside), "imported_elsewhere": outside, "failing": failing}
    if r.get("boot_error"): o["boot_error"] = r["boot_error"]
    if not res or r["timeout"]: o["log_tail"] = tail
    if a.all: o["all"] = res
    if a.resource_warnings: o["resource_warnings"] = r.get("warned", {})
    bad = False
    if a.compare:
        base = set(cfg.get("baseline_failing", [])); flaky = set(cfg.get("flaky", []))
        o["new_failures"] = [i for i in failing if i not in base and i not in flaky]
        o["fixed"] = sorted(base - set(failing))
        o["lost_tests"] = max(0, cfg.get("baseline_passed", 0) - o["passed"] - o["failed"] - o["errors"] - len(flaky)) if not r["timeout"] else None
        bad = bool(o["new_failures"]) or r["timeout"] or not res or bool(o["lost_tests"]) 
    json.dump(o, sys.stdout, indent=1); print()
    sys.exit(1 if bad else 0)
if __name__ == "__main__": main()
