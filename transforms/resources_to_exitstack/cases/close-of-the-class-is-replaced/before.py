class Gauge:
    def __init__(self, name):
        self.name, self.open = name, True

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def close(self):
        self.open = False


def measure(names):
    gauges = [Gauge(n) for n in names]
    try:
        return [g.open for g in gauges]
    finally:
        for g in gauges:
            g.close()


closed = []


def traced(gauge):
    closed.append(gauge.name)


Gauge.close = traced
print(measure("abc"), closed)
