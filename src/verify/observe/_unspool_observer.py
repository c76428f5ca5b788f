"""What is noted while the command runs: test results, and which of the rewritten files were imported from where.

Notes are lines of JSON, appended to the file UNSPOOL_VERIFY_RECORDS. This file runs on whatever Python the
repository uses: standard library only, nothing newer than 3.6, and nothing imported before it is needed.
"""

import os
import sys

ORIGINAL = os.environ.get("UNSPOOL_VERIFY_ORIGINAL", "")
COPY = os.environ.get("UNSPOOL_VERIFY_COPY", "")
LINKED = [path for path in os.environ.get("UNSPOOL_VERIFY_LINKED", "").split(os.pathsep) if path]
RECORDS = os.environ.get("UNSPOOL_VERIFY_RECORDS", "")
TOUCHED = os.environ.get("UNSPOOL_VERIFY_TOUCHED", "")
ONLY = os.environ.get("UNSPOOL_VERIFY_ONLY", "")
OWNER = "UNSPOOL_VERIFY_OWNER"
PLUGIN = "_unspool_pytest"


def install():
    if not RECORDS:
        return
    import atexit

    sys.path[:] = [in_copy(entry) if entry else entry for entry in sys.path]
    redirect_editable_finders()
    plugins = [name for name in os.environ.get("PYTEST_PLUGINS", "").split(",") if name]
    if PLUGIN not in plugins:
        os.environ["PYTEST_PLUGINS"] = ",".join(plugins + [PLUGIN])
    sys.meta_path.insert(0, RunnerFinder())
    # The first to be registered runs last.
    atexit.register(note_imports)


def record(**note):
    import json

    line = json.dumps(note) + "\n"
    try:
        # Opened each time: tests close descriptors that they do not know. Appending a line is one write.
        handle = os.open(RECORDS, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode("utf-8", "surrogateescape"))
        finally:
            os.close(handle)
    except OSError:
        pass


# Where code comes from


def is_below(path, folder):
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def below_original(path):
    """The path from the root of the original tree, or None. Folders that the copy only links to are no part of it."""
    real = os.path.realpath(path)
    if is_below(real, COPY) or not is_below(real, ORIGINAL):
        return None
    if any(is_below(real, folder) for folder in LINKED):
        return None
    return os.path.relpath(real, ORIGINAL)


def in_copy(path):
    """The same place in the copy, for a path into the original tree: editable installs name those."""
    if not isinstance(path, str):
        return path
    below = below_original(path)
    return path if below is None else os.path.normpath(os.path.join(COPY, below))


def redirect_editable_finders():
    """Those that setuptools writes (`__editable___name_finder`): paths by package in MAPPING and NAMESPACES."""
    for name, module in list(sys.modules.items()):
        if not name.startswith("__editable__"):
            continue
        mapping = getattr(module, "MAPPING", None)
        if isinstance(mapping, dict):
            for package, path in list(mapping.items()):
                mapping[package] = in_copy(path)
        namespaces = getattr(module, "NAMESPACES", None)
        if isinstance(namespaces, dict):
            for package, paths in list(namespaces.items()):
                namespaces[package] = [in_copy(path) for path in paths]


def note_imports():
    try:
        with open(TOUCHED, encoding="utf-8", errors="surrogateescape") as lines:
            touched = set(lines.read().split("\0"))
    except OSError:
        return
    copied, original, real_folders = set(), set(), {}
    for module in list(sys.modules.values()):
        file = getattr(module, "__dict__", {}).get("__file__")
        if not isinstance(file, str):
            continue
        folder, name = os.path.split(os.path.abspath(file))
        if folder not in real_folders:
            real_folders[folder] = os.path.realpath(folder)
        path = os.path.join(real_folders[folder], name)
        for root, found in ((COPY, copied), (ORIGINAL, original)):
            if is_below(path, root):
                below = os.path.relpath(path, root)
                if below in touched:
                    found.add(below)
                break
    record(imported=sorted(copied), original=sorted(original))


# Whose tests count: those of the outermost runner, not those that tests run to test runners


def claim():
    """Whether this runner's results count. They do not if it runs inside of another one."""
    if os.environ.get(OWNER):
        return False
    os.environ[OWNER] = str(os.getpid())
    return True


def release():
    if os.environ.get(OWNER) == str(os.getpid()):
        del os.environ[OWNER]


WANTED = []


def wanted():
    """The ids of the tests that should run, or None for all."""
    if not ONLY:
        return None
    if not WANTED:
        import json

        with open(ONLY, encoding="utf-8") as file:
            WANTED.append(frozenset(json.load(file)))
    return WANTED[0]


def shortened(text, limit=6000):
    """The end, where the error is."""
    text = str(text)
    return text if len(text) <= limit else text[-limit:]


# unittest


class RunnerFinder:
    """Waits for `unittest.runner` to be imported."""

    def find_spec(self, name, path=None, target=None):
        if name != "unittest.runner":
            return None
        from importlib.machinery import PathFinder

        if self in sys.meta_path:
            sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            observe_runner(module.TextTestRunner)

        spec.loader.exec_module = exec_module
        return spec


def observe_runner(runner):
    run = runner.run

    def observed_run(self, test, *args, **kwargs):
        if not claim():
            return run(self, test, *args, **kwargs)
        make_result = self._makeResult

        def observed_result():
            result = make_result()
            observe_result(result)
            return result

        try:
            self._makeResult = observed_result
            ids = wanted()
            if ids is not None:
                keep_only(test, ids)
            return run(self, test, *args, **kwargs)
        finally:
            del self._makeResult
            release()

    runner.run = observed_run


def keep_only(suite, ids):
    tests = getattr(suite, "_tests", None)
    if tests is None:
        return
    kept = []
    for test in tests:
        if hasattr(test, "_tests"):
            keep_only(test, ids)
            kept.append(test)
        elif identity(test) in ids:
            kept.append(test)
    suite._tests = kept


def identity(test):
    try:
        return test.id()
    except Exception:
        return str(test)


def observe_result(result):
    """Notes what the runner tells its result object, then lets the object have it."""

    def watch(method, note):
        tell = getattr(result, method, None)
        if tell is None:
            return

        def told(test, *args, **kwargs):
            note(test, *args, **kwargs)
            return tell(test, *args, **kwargs)

        setattr(result, method, told)

    def outcome(name):
        def note(test, *args, **kwargs):
            record(test=identity(test), outcome=name)

        return note

    def failure(name):
        def note(test, error=None, *args, **kwargs):
            message, trace = explained(error)
            record(test=identity(test), outcome=name, message=message, trace=trace)

        return note

    def subtest(test, subtest, error=None):
        if error is not None:
            message, trace = explained(error)
            record(test=identity(test), outcome="failed", message=message, trace=trace)

    watch("startTest", lambda test: record(start=identity(test)))
    watch("addSuccess", outcome("passed"))
    watch("addSkip", outcome("skipped"))
    watch("addExpectedFailure", outcome("xfailed"))
    watch("addUnexpectedSuccess", outcome("failed"))
    watch("addFailure", failure("failed"))
    watch("addError", failure("error"))
    watch("addSubTest", subtest)


def explained(error):
    """The last line and the whole of a traceback."""
    import traceback

    try:
        kind, value, trace = error
        text = "".join(traceback.format_exception(kind, value, trace))
        message = "".join(traceback.format_exception_only(kind, value)).strip()
        if "Traceback (" in message:
            # A module that cannot be imported: the error is at the end of its own traceback.
            lines = message.splitlines()
            message = "%s (%s)" % (lines[0], lines[-1].strip())
        return message, shortened(text)
    except Exception:
        return str(error), ""
