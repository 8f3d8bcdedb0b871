"""What was seen of the copies of changes in several work trees, while they were followed. Pure."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

_MOST_LEFT = 200
"""Contents of one change that are remembered for each tree."""


@dataclass(slots=True)
class _Sight:
    content: Hashable
    since: int = 0
    left: dict[Hashable, int] = field(default_factory=dict)


class Sightings:
    """What has been seen of copies: which contents a tree has left, and when. Not thread-safe.

    A copy that was there when its tree was looked at first may be of any age.
    """

    def __init__(self) -> None:
        self._time = 0
        self._seen: dict[tuple[str, str], _Sight] = {}

    def see(self, tree: str, contents: Mapping[str, Hashable]) -> None:
        """Note the contents of all changes of a tree, by name, as they are now."""
        self._time += 1
        for name, content in contents.items():
            sight = self._seen.get((tree, name))
            if sight is None:
                self._seen[tree, name] = _Sight(content)
            elif sight.content != content:
                self._leave(sight)
                sight.content, sight.since = content, self._time

    def leave(self, tree: str, name: str) -> None:
        """Note that a change isn't open in a tree any more, because it went into the archive."""
        sight = self._seen.get((tree, name))
        if sight is not None:
            self._time += 1
            self._leave(sight)
            sight.content = None

    def _leave(self, sight: _Sight) -> None:
        sight.left.pop(sight.content, None)
        sight.left[sight.content] = self._time
        while len(sight.left) > _MOST_LEFT:
            del sight.left[next(iter(sight.left))]

    def forget(self, tree: str) -> None:
        """A tree is gone."""
        for key in [key for key in self._seen if key[0] == tree]:
            del self._seen[key]

    def came(self, tree: str, name: str) -> bool:
        """Whether the copy came into its tree while it was looked at."""
        sight = self._seen.get((tree, name))
        return sight is not None and sight.since > 0

    def is_left(self, tree: str, name: str, trees: Iterable[str]) -> bool:
        """Whether another tree had this copy's content later than it came here, and left it."""
        own = self._seen.get((tree, name))
        if own is None:
            return False
        others = (self._seen.get((other, name)) for other in trees if other != tree)
        return any(
            other is not None
            and other.content != own.content
            and other.left.get(own.content, -1) > own.since
            for other in others
        )
