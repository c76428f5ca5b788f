class Grid:
    def __init__(self, rows, columns):
        self.rows = rows
        self.columns = columns

    @property
    def rows(self):
        return self._rows

    @rows.setter
    def rows(self, value):
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError("rows must be int")
        self._rows = value

    @property
    def columns(self):
        return self._columns

    @columns.setter
    def columns(self, value):
        if not isinstance(value, int) or isinstance(value, bool):
            raise TypeError("columns must be int")
        self._columns = value


for value in (1, True, "s"):
    try:
        print(Grid(value, 2).rows)
    except TypeError as error:
        print(error)
