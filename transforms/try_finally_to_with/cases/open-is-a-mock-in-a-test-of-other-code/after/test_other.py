from unittest import mock

import other


# conf is read for real.
def test_name():
    with mock.patch("builtins.open") as m:
        m.return_value.name = "data"
        assert other.name("x") == "data"
