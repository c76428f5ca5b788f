import limits

print(limits.Box(1, 2).width)
limits.MAX_WIDTH = 100
print(limits.Box(50, 2).width)
