from typing import Optional


class Profile:
    Text = Optional[str]

    @property
    def nickname(self) -> Text:
        return self._nickname

    @nickname.setter
    def nickname(self, value: Text) -> None:
        if value is not None and not isinstance(value, str):
            raise TypeError(f"nickname: expected str, got {type(value).__name__}")
        self._nickname = value

    @property
    def bio(self) -> Text:
        return self._bio

    @bio.setter
    def bio(self, value: Text) -> None:
        if value is not None and not isinstance(value, str):
            raise TypeError(f"bio: expected str, got {type(value).__name__}")
        self._bio = value


profile = Profile()
profile.nickname, profile.bio = "nick", None
print(profile.nickname, profile.bio)
try:
    profile.bio = 3
except TypeError as error:
    print(error)
