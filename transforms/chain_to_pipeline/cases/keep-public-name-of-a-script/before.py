squares = [n * n for n in range(20)]
print(sum(squares))
