"""What is done with a project's files in threads: the event loop gets its turns meanwhile."""

from geometry_ws.components.openspec.gc_tuning import without_collection
from geometry_ws.components.openspec.turns import short_turns
from geometry_ws.openspec.disk.trees import Trees


def load(store: Trees) -> None:
    """Read everything."""
    with without_collection(), short_turns():
        store.load()


def look_for_trees(store: Trees) -> bool:
    """Follow the trees that git lists by now; says whether they are others."""
    with short_turns():
        return store.look_for_trees()


def reload(store: Trees, paths: set[str] | None) -> None:
    """Look again at some paths, or at everything."""
    with without_collection(), short_turns():
        store.reload(paths)


def save_states(store: Trees) -> None:
    """Keep what loading worked out."""
    with short_turns():
        store.save_states()


def clean_archive(store: Trees) -> None:
    """Remove what a killed process of ours left in the archive."""
    with short_turns():
        store.home.clean_archive()


def read_bases(store: Trees) -> bool:
    """Read bases that may be news, and what a new day makes of a state; says whether it did."""
    another_day = store.is_another_day()
    wants_bases = store.wants_bases()
    if not another_day and not wants_bases:
        return False
    with without_collection(), short_turns():
        if another_day:
            store.reload(())
        if wants_bases:
            store.read_bases()
    return True
