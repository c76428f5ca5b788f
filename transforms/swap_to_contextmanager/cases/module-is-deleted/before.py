import io
import sys


def caught(out, text):
    saved = sys.stdout
    sys.stdout = out
    try:
        print(text)
    finally:
        sys.stdout = saved


del sys
try:
    caught(io.StringIO(), "abc")
    print("caught")
except NameError as error:
    print(error)
