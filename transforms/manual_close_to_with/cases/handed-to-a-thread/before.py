import io
import threading


def feed(text, gate):
    f = io.StringIO(text)
    seen = []
    thread = threading.Thread(target=lambda out: (gate.wait(), out.append(f.read())), args=(seen,))
    reader = threading.Thread(target=seen.extend, args=(f,))
    thread.start()
    if not text:
        f.close()
        raise ValueError
    return thread, reader, seen


def direct(text, gate, results):
    f = io.StringIO(text)

    def work(stream, out):
        gate.wait()
        out.append(stream.readline())

    worker = threading.Thread(target=work, args=(f, results))
    worker.start()
    results.append(int(text))
    worker.join()
    f.close()
    return worker


gate = threading.Event()
thread, reader, seen = feed("abc", gate)
gate.set()
thread.join()
print(seen)

gate, results = threading.Event(), []
try:
    direct("x\n", gate, results)
except ValueError:
    gate.set()
while threading.active_count() > 1:
    pass
print(results)
