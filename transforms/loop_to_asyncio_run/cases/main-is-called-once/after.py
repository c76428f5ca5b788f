import argparse
import asyncio
import sys


async def run(args):
    await asyncio.sleep(0)
    print("hello", args.name)
    return 0 if args.name else 1


def main(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("name", nargs="?", default="you")
    args = parser.parse_args(argv)
    code = asyncio.run(run(args))
    return code


if __name__ == "__main__":
    sys.exit(main([]))
