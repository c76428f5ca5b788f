try:

    class Profile:
        def __init__(self, nickname, bio):
            self.nickname = nickname
            self.bio = bio

        @property
        def nickname(self) -> str:
            return self._nickname

        @nickname.setter
        def nickname(self, value: str[str]) -> None:
            if not isinstance(value, str):
                raise TypeError(f"nickname: expected str, got {type(value).__name__}")
            self._nickname = value

        @property
        def bio(self) -> str:
            return self._bio

        @bio.setter
        def bio(self, value: str) -> None:
            if not isinstance(value, str):
                raise TypeError(f"bio: expected str, got {type(value).__name__}")
            self._bio = value

except TypeError as error:
    print(error)
