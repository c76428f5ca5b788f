class Gauge:
    def __init__(self, name):
        self.name = name


def measure(names):
    gauges = [Gauge(n) for n in names]
    try:
        return len(gauges)
    finally:
        for gauge in gauges:
            gauge.close()


closed = []


def traced(gauge):
    closed.append(gauge.name)


Gauge.close = traced
print(measure("abc"), closed)
