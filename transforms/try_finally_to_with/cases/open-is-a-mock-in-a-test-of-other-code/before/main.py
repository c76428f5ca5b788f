import conf
import test_other

test_other.test_name()
print(len(conf.load(conf.__file__)) > 0)
