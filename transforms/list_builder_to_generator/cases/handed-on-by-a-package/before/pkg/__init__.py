from .scan import _fields, total
