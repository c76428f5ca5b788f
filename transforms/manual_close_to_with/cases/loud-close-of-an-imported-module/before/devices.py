class Loud:
    def use(self, n):
        return 10 // n

    def close(self):
        print("closed")


MAKERS = {"loud": Loud}
