import doctest

print(doctest.testfile("usage.rst").failed, "failed")
