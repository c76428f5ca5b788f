import socket


def probe(seconds):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
        # not for ever
        sock.settimeout(seconds)
        return sock.gettimeout()


print(probe(2))
