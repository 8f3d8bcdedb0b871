"""Libraries that Crossbar.io loads at its start and hardly ever uses are loaded at their first use.

Most of what a process of Crossbar.io loads is for Ethereum and for databases on disk: half of its
memory, and two thirds of its start. The router of `geometry-ws up` has placeholders instead. A
placeholder that is called gives way to the package that it stands for. The environment variable
GEOMETRY_WS_LOAD_ALL turns all of this off.

Python's own `LazyLoader` loads at `from xbr import FbsSchema`; here that isn't a use yet.
Nothing but the standard library is imported here: it runs before everything else.
"""

import os
import sys
from collections.abc import Iterable
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

LEFT_OUT = (
    "aiohttp", "bjdata", "cfxdb", "crossbar.edge", "eth_abi", "eth_keyfile", "eth_keys",
    "eth_typing", "numpy", "txtorcon", "web3", "xbr", "zlmdb",
)  # fmt: skip
"""Packages that the router's process loads when it uses them."""

SWITCH = "GEOMETRY_WS_LOAD_ALL"


class Placeholder(type):
    """Stands for whatever a package may have; it is a class, so that others can derive from it."""

    path: tuple[str, ...]

    def __getattr__(cls, name: str) -> "Placeholder":
        if name.startswith("__"):
            raise AttributeError(name)
        return _placeholder(*cls.path, name)

    def __call__(cls, *args: Any, **keywords: Any) -> Any:
        """Load what it stands for, and call that."""
        if "path" not in vars(cls):
            raise RuntimeError(
                f"{cls.__module__}.{cls.__qualname__} derives from {'.'.join(cls.path)}, which "
                f"isn't loaded in this process; set {SWITCH}=1 to load everything at the start."
            )
        return real(cls)(
            *map(real, args), **{name: real(value) for name, value in keywords.items()}
        )


class PlaceholderModule(ModuleType):
    """A module of placeholders."""

    def __getattr__(self, name: str) -> Placeholder:
        if name.startswith("__"):
            raise AttributeError(name)
        return _placeholder(self.__name__, name)


class Finder(MetaPathFinder, Loader):
    """Finds modules of placeholders for the packages that are loaded later."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:  # noqa: ARG002
        """A module of placeholders, unless it isn't in one of those packages."""
        parts = fullname.split(".")
        packages = (".".join(parts[:end]) for end in range(1, len(parts) + 1))
        if self._names.isdisjoint(packages):
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Make it."""
        return PlaceholderModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is in it."""


def leave_out() -> None:
    """Give placeholders from now on in this process; the environment may forbid it."""
    if not os.environ.get(SWITCH):
        sys.meta_path.insert(0, Finder(LEFT_OUT))


def give_way() -> bool:
    """Load everything as usual from now on; gives whether it wasn't so before."""
    others = [finder for finder in sys.meta_path if not isinstance(finder, Finder)]
    before, sys.meta_path[:] = len(sys.meta_path), others
    for name, module in list(sys.modules.items()):
        if isinstance(module, PlaceholderModule):
            del sys.modules[name]
    return len(others) < before


def real(value: Any) -> Any:
    """What a placeholder stands for, which is loaded now; anything else as it is."""
    if not isinstance(value, Placeholder) or "path" not in vars(value):
        return value
    if give_way():
        sys.stderr.write(f"{'.'.join(value.path)} is used: what was left out is loaded now\n")
    module, *names = value.path
    owner: Any = import_module(module)
    for name in names:
        owner = getattr(owner, name)
    return owner


def _placeholder(*path: str) -> Placeholder:
    return Placeholder(path[-1], (), {"path": path, "__module__": ".".join(path[:-1])})
