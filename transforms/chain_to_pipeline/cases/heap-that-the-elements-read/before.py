import heapq


def doubled(heap):
    twice = [x * 2 for x in heap]
    for x in twice:
        if len(heap) < 9:
            heapq.heappush(heap, x)
    return heap


print(doubled([1, 2, 3]))
