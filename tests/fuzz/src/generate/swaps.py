# Definitions of the programs that swap the working directory and the streams.
import os

class Tap:
    def __init__(self, name):
        self.name = name

    def write(self, text):
        print("writes", self.name, text)

    def flush(self):
        print("flushes", self.name)

def of(stream):
    if isinstance(stream, Tap):
        return stream.name
    return type(stream).__name__

def where():
    print("at", os.getcwd(), of(sys.stdout), of(sys.stderr))

def say(x):
    sys.stdout.write(str(x))

def complain(x):
    sys.stderr.write(str(x))

def made(name):
    return Tap(name)

def caught(name):
    sys.stdout = Tap("mine")
    return Tap(name)

def grumbled(name):
    sys.stderr = Tap("mine")
    return Tap(name)

def moved(path):
    os.chdir("/usr")
    return path

async def later(x):
    sys.stdout = sys.stderr = Tap("later")
    os.chdir("/usr")
    return x
