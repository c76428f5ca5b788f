class Folds:
    def split(self, xs):
        for i, x in enumerate(xs):
            print("fold", i)
            yield x


def run(cv, xs):
    folds = [fold * 2 for fold in cv.split(xs)]
    for fold in folds:
        print("train", fold)


run(Folds(), [1, 2, 3])
