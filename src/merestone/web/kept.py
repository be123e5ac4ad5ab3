"""Answers that are computed once, however many ask for them at the same time, and kept while there is room."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

from merestone.errors import MerestoneError

T = TypeVar("T")


@dataclasses.dataclass
class _Entry(Generic[T]):
    future: Future[T | MerestoneError]
    waiting: int = 0
    """How many wait for it; what nobody waits for any more is not begun."""


@dataclasses.dataclass(frozen=True)
class Coming(Generic[T]):
    """An answer that will come: ``opened`` gives it, or raises. Who no longer waits for it says so with ``leave``."""

    future: Future[T | MerestoneError]
    leave: Callable[[], None]


class Kept(Generic[T]):
    """The latest ``most`` answers by key; a refusal (MerestoneError) is an answer too, any other failure is not kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._found: OrderedDict[Hashable, _Entry[T]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer; it is made in this thread, or waited for where another makes it. Raises what ``make`` raises."""
        entry, first = self._entry(key)
        if first:
            self._fill(key, entry, make)
        return opened(entry.future.result())

    def later(self, key: Hashable, make: Callable[[], T]) -> Coming[T]:
        """The answer as it will be; made in a thread of its own, one at a time."""
        entry, first = self._entry(key)

        def work() -> None:
            with self._turn:
                if self._wanted(key, entry):
                    self._fill(key, entry, make)

        def leave() -> None:
            with self._lock:
                entry.waiting -= 1

        if first:
            threading.Thread(target=work, daemon=True).start()
        return Coming(entry.future, leave)

    def _entry(self, key: Hashable) -> tuple[_Entry[T], bool]:
        with self._lock:
            entry = self._found.get(key)
            first = entry is None
            if entry is None:
                entry = self._found[key] = _Entry(Future())
                while len(self._found) > self._most:
                    self._found.popitem(last=False)
            entry.waiting += 1
            self._found.move_to_end(key)
            return entry, first

    def _wanted(self, key: Hashable, entry: _Entry[T]) -> bool:
        with self._lock:
            if entry.waiting <= 0:
                self._drop(key, entry)
                entry.future.cancel()
            return entry.waiting > 0

    def _drop(self, key: Hashable, entry: _Entry[T]) -> None:
        if self._found.get(key) is entry:
            del self._found[key]

    def _fill(self, key: Hashable, entry: _Entry[T], make: Callable[[], T]) -> None:
        try:
            entry.future.set_result(make())
        except MerestoneError as error:
            entry.future.set_result(error)
        except BaseException as error:  # noqa: BLE001 whoever waits must hear of any
            with self._lock:
                self._drop(key, entry)
            entry.future.set_exception(error)


def opened(answer: T | MerestoneError) -> T:
    """An answer; raises the refusal that was kept in its place, afresh, as one that is raised again grows."""
    if isinstance(answer, MerestoneError):
        raise MerestoneError(answer.code, **answer.parameters)
    return answer
