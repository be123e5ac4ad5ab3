"""Answers that are computed once, however many ask for them at the same time, and kept while there is room."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

from merestone.errors import MerestoneError

T = TypeVar("T")


class Kept(Generic[T]):
    """The latest ``most`` answers by key; a refusal (MerestoneError) is an answer too, any other failure is not kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._found: OrderedDict[Hashable, Future[T | MerestoneError]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer; it is made in this thread, or waited for where another makes it. Raises what ``make`` raises."""
        future, first = self._future(key)
        if first:
            self._fill(key, future, make)
        return opened(future.result())

    def later(self, key: Hashable, make: Callable[[], T]) -> Future[T | MerestoneError]:
        """The answer as it will be; made in a thread of its own, one at a time. ``opened`` gives the answer or raises."""
        future, first = self._future(key)

        def work() -> None:
            with self._turn:
                self._fill(key, future, make)

        if first:
            threading.Thread(target=work, daemon=True).start()
        return future

    def _future(self, key: Hashable) -> tuple[Future[T | MerestoneError], bool]:
        with self._lock:
            future = self._found.get(key)
            if future is not None:
                self._found.move_to_end(key)
                return future, False
            future = self._found[key] = Future()
            while len(self._found) > self._most:
                self._found.popitem(last=False)
            return future, True

    def _fill(self, key: Hashable, future: Future[T | MerestoneError], make: Callable[[], T]) -> None:
        try:
            future.set_result(make())
        except MerestoneError as error:
            future.set_result(error)
        except BaseException as error:  # noqa: BLE001 whoever waits must hear of any
            with self._lock:
                self._found.pop(key, None)
            future.set_exception(error)


def opened(answer: T | MerestoneError) -> T:
    """An answer; raises the refusal that was kept in its place, afresh, as one that is raised again grows."""
    if isinstance(answer, MerestoneError):
        raise MerestoneError(answer.code, **answer.parameters)
    return answer
