from abc import ABC, abstractmethod


class Shown(ABC):
    @abstractmethod
    def __repr__(self):
        ...


class A(Shown):
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"A(x={self.x!r})"


class B(Shown):
    def __init__(self, x):
        self.x = x

    def __repr__(self):
        return f"B(x={self.x!r})"


print(A(1), B("b"))
