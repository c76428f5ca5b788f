"""What values must be."""

import sys


class Typed:
    """Means something else."""


def main():
    print(Typed(), file=sys.stderr)


if __name__ == "__main__":
    main()
