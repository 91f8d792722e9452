"""Probes or hooks under ids that stay when the core is replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Entry(Generic[T]):
    """One probe or hook."""

    id: int
    core_id: int
    value: T


class Registry(Generic[T]):
    """All of one kind, in order of registration."""

    def __init__(self) -> None:
        self._entries: dict[int, Entry[T]] = {}
        self._by_core_id: dict[int, Entry[T]] = {}
        self._last = 0

    def add(self, core_id: int, value: T) -> int:
        """Returns the id that stays."""
        self._last += 1
        entry = Entry(self._last, core_id, value)
        self._entries[entry.id] = entry
        self._by_core_id[core_id] = entry
        return entry.id

    def get(self, id: int) -> Entry[T] | None:
        return self._entries.get(id)

    def by_core_id(self, core_id: int) -> Entry[T] | None:
        return self._by_core_id.get(core_id)

    def remove(self, id: int) -> None:
        entry = self._entries.pop(id, None)
        if entry is not None:
            del self._by_core_id[entry.core_id]

    def renumber(self, register: Callable[[T], int]) -> None:
        """Gives every entry, in order, the id it has in a new core."""
        self._by_core_id.clear()
        for entry in self._entries.values():
            entry.core_id = register(entry.value)
            self._by_core_id[entry.core_id] = entry
