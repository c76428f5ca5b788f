import pathlib
import tempfile

folder = pathlib.Path(tempfile.mkdtemp())
report = folder / "report.txt"
report.write_text("first\nsecond and longest\nthird\n")


def longest(path: pathlib.Path) -> int:
    with path.open() as lines:
        return max(len(line) for line in lines.readlines())


print(longest(report))
