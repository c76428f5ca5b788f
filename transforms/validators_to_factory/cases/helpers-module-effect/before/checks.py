import sys

print("loaded", file=sys.stderr)
