from unittest import mock

import codes


class Files:
    def remove(self, path):
        print("remove", path)


with mock.patch.dict(codes.__dict__, {"os": Files()}):
    print(codes.remove("one.txt"))
print(codes.remove("two.txt"))
print("remove" in codes.__dict__, codes.__dict__["os"].sep)
