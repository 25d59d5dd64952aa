"""What a process keeps of what it read and worked out: within a limit, the least used dropped first."""

import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Final, TypeVar

import numpy as np
import pandas as pd
from cachetools import LRUCache
from dash.development.base_component import Component
from plotly.io.json import to_json_plotly

CACHE_MB: Final = 192
BYTES_PER_MB: Final = 1 << 20
SMALL: Final = 200  # bytes of a number, a word, an object that holds nothing large
Found = TypeVar("Found")


def weight(value: object) -> int:
    """Return about how many bytes something kept in memory takes.

    Components are weighed by the text they are sent as; records and collections by what they hold.
    """
    if isinstance(value, pd.DataFrame):
        return int(value.memory_usage(deep=False).sum()) + SMALL
    if isinstance(value, np.ndarray):
        return value.nbytes + SMALL
    if isinstance(value, bytes | str):
        return len(value) + SMALL
    if isinstance(value, Component):
        return len(to_json_plotly(value)) + SMALL
    if isinstance(value, list | tuple | set | frozenset):
        return SMALL + sum(weight(one) for one in value)
    if isinstance(value, Mapping):
        return SMALL + sum(weight(key) + weight(held) for key, held in value.items())
    if is_dataclass(value):
        return SMALL + sum(weight(getattr(value, one.name)) for one in fields(value))
    return SMALL


def _new_cache() -> "LRUCache[Hashable, tuple[Any, int]]":
    return LRUCache(CACHE_MB * BYTES_PER_MB, lambda held: held[1])


@dataclass(frozen=True, eq=False)
class Memory:
    """What is kept; safe for threads, and nothing is made twice at the same time."""

    kept: LRUCache[Hashable, tuple[Any, int]] = field(default_factory=_new_cache)
    lock: threading.Lock = field(default_factory=threading.Lock)
    making: dict[Hashable, threading.Lock] = field(default_factory=dict)

    def get(self, key: Hashable, make: Callable[[], Found]) -> Found:
        """Return what is kept under a key, made now if it is not; who asks meanwhile waits for it."""
        with self.lock:
            if key in self.kept:
                found: Found = self.kept[key][0]
                return found
            own = self.making.setdefault(key, threading.Lock())
        with own:
            with self.lock:
                if key in self.kept:
                    found = self.kept[key][0]
                    return found
            try:
                made = make()
                size = weight(made)
                with self.lock:
                    if size <= self.kept.maxsize:
                        self.kept[key] = (made, size)
            finally:
                with self.lock:
                    self.making.pop(key, None)
        return made
