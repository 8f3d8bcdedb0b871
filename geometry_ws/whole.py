"""What the client alone lacks, in a sentence.

The distribution geometry_ws_client has some of the packages that stand here: see packages/client.
"""

from importlib import import_module
from importlib.util import find_spec


def is_whole() -> bool:
    """Whether all of geometry_ws is installed, and not the client alone."""
    return find_spec("geometry_ws.cli") is not None


def needs_all(what: str) -> str:
    """The sentence that says that something needs all of geometry_ws."""
    return f"{what} needs all of geometry_ws, and here is the client alone: pip install geometry_ws"


def load(module: str, name: str) -> object:
    """A name of a module; raises ImportError with a sentence where the client alone is here."""
    try:
        return getattr(import_module(module), name)
    except ModuleNotFoundError:
        if is_whole():
            raise
        raise ImportError(needs_all(name)) from None
