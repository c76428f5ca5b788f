import socket


def fetch(host):
    s = socket.socket()
    try:
        s.connect((host, 80))
        return s.recv(10)
    finally:
        s.close()
