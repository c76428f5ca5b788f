import pkg.colors

print(pkg.colors.red.r)
