class Words:
    def __iter__(self):
        for word in ["a", "b"]:
            yield word


steps = Words().__iter__()
print(next(steps))
print(steps.send("ignored"))
