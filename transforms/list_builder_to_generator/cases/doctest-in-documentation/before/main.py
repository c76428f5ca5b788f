import doctest

import report

print(report.total(4))
print(doctest.testfile("usage.md").failed, "failed")
