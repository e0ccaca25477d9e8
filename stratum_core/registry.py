"""How a hazard, sector, importer or check is found: by being a module of its package.

Adding one is adding one file; nothing else is edited.
"""

from __future__ import annotations

import importlib
import pkgutil
import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from stratum_core.errors import unknown

T = TypeVar("T")


class Registry(Generic[T]):
    """Things of one kind by name, filled by the modules of one package when first asked."""

    def __init__(self, what: str, package: str) -> None:
        self._what, self._package = what, package
        self._entries: dict[str, T] = {}
        self._lock = threading.RLock()
        self._loading = self._loaded = False

    def register(self, name: str) -> Callable[[T], T]:
        """Decorator that enters a thing under ``name``; a name is entered once."""

        def enter(entry: T) -> T:
            if name in self._entries:
                raise ValueError(f"{self._what} '{name}' is registered twice")
            self._entries[name] = entry
            return entry

        return enter

    def get(self, name: str, *, where: str = "") -> T:
        """The thing called ``name``; raises InputError that offers the nearest name."""
        self._load()
        if name not in self._entries:
            raise unknown(self._what, name, self._entries, where=where)
        return self._entries[name]

    def names(self) -> list[str]:
        """All names, sorted."""
        self._load()
        return sorted(self._entries)

    def __iter__(self) -> Iterator[T]:
        return (self._entries[name] for name in self.names())

    def _load(self) -> None:
        """Import all modules; another thread waits until that is done, a module that asks meanwhile gets what there is."""
        if self._loaded:
            return
        with self._lock:
            if self._loading:
                return
            self._loading = True
            package = importlib.import_module(self._package)
            for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
                importlib.import_module(f"{self._package}.{module}")
            self._loaded = True
