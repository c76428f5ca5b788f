USERS = {1: "ann"}


def user_of(uid, callback):
    callback(USERS.get(uid))


def posts_of(name, callback):
    callback([name + "1", name + "2"])


def profile(uid, callback):
    """A line about the user."""
    def got_user(name):
        if name is None:
            callback("nobody")
            return

        def got_posts(posts):
            callback(f"{name}: {len(posts)}")

        posts_of(name, got_posts)

    user_of(uid, got_user)


profile(1, print)
profile(2, print)
