from unittest import mock

import counter

with mock.patch("counter.step", return_value=7):
    print(counter.next_two())
print(counter.next_two())
