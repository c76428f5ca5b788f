class Loop:
    def run_until_complete(self, job):
        return job()

    def close(self):
        print("closed")


def new_event_loop():
    return Loop()


def main():
    return "ran"


loop = new_event_loop()
print(loop.run_until_complete(main))
loop.close()
