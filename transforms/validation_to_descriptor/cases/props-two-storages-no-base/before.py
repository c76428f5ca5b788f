class Server:
    def __init__(self, host, path, port, timeout):
        self.host = host
        self.path = path
        self.port = port
        self.timeout = timeout

    @property
    def host(self):
        return self._host

    @host.setter
    def host(self, value):
        if not isinstance(value, str):
            raise TypeError("host must be str")
        self._host = value

    @property
    def path(self):
        return self._path

    @path.setter
    def path(self, value):
        if not isinstance(value, str):
            raise TypeError("path must be str")
        self._path = value

    @property
    def port(self):
        return self._port_value

    @port.setter
    def port(self, value):
        if not 1 <= value <= 65535:
            raise ValueError(f"port must be from 1 to 65535, got {value}")
        self._port_value = value

    @property
    def timeout(self):
        return self._timeout_value

    @timeout.setter
    def timeout(self, value):
        if not 0 <= value <= 60:
            raise ValueError(f"timeout must be from 0 to 60, got {value}")
        self._timeout_value = value


for args in (("h", "/", 80, 5), (1, "/", 80, 5), ("h", "/", 0, 5), ("h", None, 80, 61), ("h", "/", 80, 61)):
    try:
        print(vars(Server(*args)))
    except (TypeError, ValueError) as exc:
        print(exc)
