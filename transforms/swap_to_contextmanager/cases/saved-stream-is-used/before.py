import io
import sys


def run():
    old = sys.stdout
    sys.stdout = io.StringIO()
    try:
        print("hidden")
        print("shown", file=old)
    finally:
        sys.stdout = old


run()
