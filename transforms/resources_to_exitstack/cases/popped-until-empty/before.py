import io


def read(texts):
	stack = list(texts)
	files = []
	try:
		while stack:
			t = stack.pop()
			files.append(io.StringIO(t))
		return [f.read() for f in files]
	finally:
		while files:
			files.pop().close()


print(read(["a", "b"]))
