import heapq


def ranked(header):
    parts = (part.partition(";") for part in header.split(","))
    kept = (part for part in parts if part[0])
    heap = []
    order = 0
    for part in kept:
        order += 1
        heapq.heappush(heap, (part[2], order, part[0]))
    return [heapq.heappop(heap)[2] for _ in range(len(heap))]


print(ranked("de;2,en;1,,fr;1"))
