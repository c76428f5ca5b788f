from scan import _fields

print(max(_fields("a,bb")))
