"""What can be wrong with a request to the world. The shell translates these for the wire."""


class SceneError(Exception):
    """A caller's mistake; nothing of the request was applied."""


class NoSuchSurface(SceneError):
    """There is no such surface, or it belongs to another session: deliberately one error."""

    def __init__(self, surface: str) -> None:
        super().__init__(f"There is no surface {surface!r} of yours.")
        self.surface = surface


class LimitExceeded(SceneError):
    """More than the world allows."""

    def __init__(self, limit: str, maximum: int) -> None:
        super().__init__(f"The limit {limit} is {maximum}.")
        self.limit = limit
        self.maximum = maximum


class InvalidContent(SceneError):
    """A value or an operation that doesn't fit; ``field`` names it as a path."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
