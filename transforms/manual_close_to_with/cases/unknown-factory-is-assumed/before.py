def run(make, n):
    tool = make()
    result = tool.read(n)
    tool.close()
    return result


import io

print(run(lambda: io.StringIO("abc"), 2))
