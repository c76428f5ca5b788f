def start(job):
    job(3).addCallback(print)


def again():
    import main
    main.job(4).addCallback(print)
