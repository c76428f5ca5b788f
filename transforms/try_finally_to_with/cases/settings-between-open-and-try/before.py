import socket


def probe(seconds):
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # not for ever
    sock.settimeout(seconds)
    try:
        return sock.gettimeout()
    finally:
        sock.close()


print(probe(2))
