from collections import defaultdict


class Device:
    def __init__(self, number, kind):
        self.number = number
        self.kind = kind


def by_kind(devices: list[Device], excluded):
    wanted = [d for d in devices if d.number not in excluded]
    groups = defaultdict(list)
    for d in wanted:
        if d.kind is None:
            continue
        groups[d.kind].append(d.number)
    return dict(groups)


print(by_kind([Device(1, "a"), Device(2, None), Device(3, "a"), Device(4, "b")], {4}))
