import io
import sys

real = sys.stdout


def run(text):
    old = sys.stdout
    sys.stdout = io.StringIO()
    number = int(text)
    try:
        print(number)
    finally:
        sys.stdout = old


try:
    run("no number")
except ValueError:
    swapped = sys.stdout is not real
    sys.stdout = real
    print(swapped)
