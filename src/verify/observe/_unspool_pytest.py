"""A plugin that notes the result of each test and, while a guilty rewrite is searched, deselects all but a few.

PYTEST_DONT_REWRITE
"""

import os

import _unspool_observer as observer
import pytest


def pytest_configure(config):
    # Processes of pytest-xdist run tests, and the first process hears of their results.
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(Selector(), "unspool-selector")
    elif observer.claim():
        config._unspool_owner = True
        config.pluginmanager.register(Selector(), "unspool-selector")
        config.pluginmanager.register(Recorder(), "unspool-recorder")


def pytest_unconfigure(config):
    if getattr(config, "_unspool_owner", False):
        observer.release()


class Selector:
    if getattr(pytest, "version_tuple", (0,)) >= (7,):

        def pytest_ignore_collect(self, collection_path, config):
            """Files without a wanted test need not be imported at all."""
            ids = observer.wanted()
            if ids is None or collection_path.name == "__init__.py" or collection_path.is_dir():
                return None
            root = str(config.rootpath)
            paths = [os.path.normpath(os.path.join(root, test.split("::")[0])) for test in ids]
            path = str(collection_path)
            return None if any(observer.is_below(path, wanted) for wanted in paths) else True

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, config, items):
        ids = observer.wanted()
        if ids is None:
            return
        dropped = [item for item in items if item.nodeid not in ids]
        if dropped:
            items[:] = [item for item in items if item.nodeid in ids]
            config.hook.pytest_deselected(items=dropped)


class Recorder:
    def pytest_runtest_logstart(self, nodeid, location):
        observer.record(start=nodeid)

    def pytest_runtest_logreport(self, report):
        expected = hasattr(report, "wasxfail")
        if report.outcome == "passed":
            if report.when == "call":
                observer.record(test=report.nodeid, outcome="xpassed" if expected else "passed")
        elif report.outcome == "skipped":
            observer.record(test=report.nodeid, outcome="xfailed" if expected else "skipped")
        elif report.outcome == "failed":
            self.failed(report, report.nodeid, "failed" if report.when == "call" else "error")

    def pytest_collectreport(self, report):
        if report.outcome == "failed":
            self.failed(report, report.nodeid or "(collection)", "error")

    def failed(self, report, test, outcome):
        trace = getattr(report, "longreprtext", None) or str(report.longrepr or "")
        crash = getattr(getattr(report, "longrepr", None), "reprcrash", None)
        message = getattr(crash, "message", None)
        if message is None:
            lines = [line for line in trace.splitlines() if line.strip()]
            message = lines[-1] if lines else ""
            if message.startswith("E "):
                message = message[2:].strip()
        observer.record(
            test=test, outcome=outcome, message=str(message), trace=observer.shortened(trace)
        )
