"""Runs in every Python that the command starts, because its folder comes first in PYTHONPATH.

It loads the observer, then the `sitecustomize` that this one hides, if the environment has one.
"""

import os
import sys


def _run():
    here = os.path.dirname(os.path.abspath(__file__))
    try:
        import _unspool_observer

        _unspool_observer.install()
    except Exception as error:
        # A Python that is not observed is better than one that does not start.
        sys.stderr.write("unspool: this Python is not observed: %r\n" % (error,))
    this = sys.modules.pop("sitecustomize", None)
    others = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    sys.path[:] = others
    try:
        import sitecustomize  # noqa: F401
    except ImportError as error:
        if error.name != "sitecustomize":
            raise
        if this is not None:
            sys.modules["sitecustomize"] = this
    finally:
        # Last, for the plugin that pytest imports by name.
        sys.path.append(here)


_run()
