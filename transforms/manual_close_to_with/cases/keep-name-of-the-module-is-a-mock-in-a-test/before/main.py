from unittest import mock
import conf

with mock.patch.object(conf, "open", create=True) as m:
    m.return_value.read.return_value = "data"
    print(conf.load("x"))
