"""What can be wrong with a picture that a program sends."""


class BadPicture(ValueError):
    """A picture that can't be used; `reason` is a sentence that says what to do about it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
