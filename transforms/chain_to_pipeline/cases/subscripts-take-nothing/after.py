class Edges(list):
    pass


def total(graph, cluster):
    valid = (e for e in graph.edges if e[0] in cluster)
    return sum(graph.weight[e[0]] + graph.edges[0][1] for e in valid)


class Graph:
    pass


graph = Graph()
graph.edges = Edges([(0, 1), (1, 2), (2, 0)])
graph.weight = [5, 7, 9]
print(total(graph, {0, 2}))
