from pkg import _fields, total

print(total("a,b"), len(_fields("a,b")))
