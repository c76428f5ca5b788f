def numbers(texts):
    found = []
    for t in texts:
        try:
            if t == "end":
                break
            if not t:
                continue
            found.append(int(t))
        except ValueError:
            pass
    try: print(1 // len(found))
    except ZeroDivisionError: pass
    return found


print(numbers(["1", "", "x", "2", "end", "3"]), numbers([]))
