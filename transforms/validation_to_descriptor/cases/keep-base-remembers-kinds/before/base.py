class Model:
    def __init_subclass__(cls):
        cls.kinds = [type(value).__name__ for key, value in vars(cls).items() if not key.startswith("_")]
