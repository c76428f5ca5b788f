from unittest import mock
import net

with mock.patch("net.socket.socket") as factory:
    factory.return_value.recv.return_value = b"pong"
    print(net.fetch("x"))
    print(factory.return_value.close.called)
