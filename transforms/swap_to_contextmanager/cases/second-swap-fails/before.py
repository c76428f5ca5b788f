import io
import os
import sys


def build(directory):
    stream, cwd = sys.stdout, os.getcwd()
    sys.stdout = io.StringIO()
    os.chdir(directory)
    try:
        print("built")
    finally:
        os.chdir(cwd)
        sys.stdout = stream


def report(directory):
    out = sys.stdout
    old = os.getcwd()
    sys.stdout = io.StringIO()
    os.chdir(directory)
    try:
        print("built")
    finally:
        os.chdir(old)
        sys.stdout = out


real = sys.stdout
for function in (build, report):
    try:
        function("/there/is/no/such/directory")
    except OSError as error:
        print("still swapped:", sys.stdout is not real, file=real)
    sys.stdout = real
