import counter

counter.seen()
print(counter.seen())
