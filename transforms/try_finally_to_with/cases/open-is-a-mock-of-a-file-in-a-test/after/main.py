from unittest import mock
import conf

with mock.patch("builtins.open", mock.mock_open(read_data="data")):
    print(conf.load("x"))
