import io
import sys


def caught(out, text):
    saved = sys.stdout
    sys.stdout = out
    # What is printed from here on is caught.
    try:
        print(text)
        return len(text)
    finally:
        sys.stdout = saved


out = io.StringIO()
print(caught(out, "abc"), out.getvalue())
