import sys


class Node:
    def __init__(self, child=None):
        self.children: list["Node"] = [child] if child else []

    @property
    def size(self):
        return 1 + sum([child.size for child in self.children])


class Chain:
    links: list["Chain"]

    def __init__(self, links: list["Chain"]):
        self.links = links

    def __len__(self):
        return 1 + sum([len(link) for link in self.links])


node, chain = Node(), Chain([])
for _ in range(250):
    node, chain = Node(node), Chain([chain])
sys.setrecursionlimit(620)
for measure in (lambda: node.size, lambda: len(chain)):
    try:
        print(measure())
    except RecursionError:
        print("too deep")
