def save(value, done=None):
    print("saved", value)
    if done:
        done(value)


save(1)
save(2, print)
