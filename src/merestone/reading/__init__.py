"""Reading: from documents to claims.

A document is cut into passages (``text``); those that speak of no conflict (``scope``) and those whose words name no event
(``scan``) are left out. The vocabularies find
what a passage mentions: actors, times, numbers, weapons, proofs, words that may name an event. A small network
(``network``) tells which words name an event and which mentions belong to it (``decoding``); the claims are put together
with the words and the rule behind every field (``claims``).
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context

import pyarrow as pa

from merestone.model import Claim, Document, from_table, to_table

_BATCH = 16
_MOST_THREADS = 4
"""Threads of one process that read: the interpreter runs one at a time, and a third of reading is its work."""
_AHEAD = 32
"""Documents a thread may be ahead of the one that is waited for: most take a hundredth of the time of the longest."""

Progress = Callable[[int, int], None]
"""Called with the number of documents read and the number of documents in all."""


def read(
    documents: pa.Table,
    *,
    parties: Iterable[str] = (),
    actors: Mapping[str, str] | None = None,
    everything: bool = False,
    workers: int = 1,
    progress: Progress | None = None,
) -> pa.Table:
    """The claims of a table of documents, documents in row order and claims in text order.

    ``parties`` are the codes of the case's parties and ``actors`` its own names of actors, name to code; with
    ``everything`` also what speaks of no conflict is read. The result depends on nothing else: not on ``workers``, the
    number of processes that read, nor on which other documents are read.
    """
    rows = from_table(Document, documents)
    found = read_each(rows, parties=parties, actors=actors, everything=everything, workers=workers, progress=progress)
    return to_table(Claim, (claim for claims in found for claim in claims))


def read_each(
    documents: Sequence[Document],
    *,
    parties: Iterable[str] = (),
    actors: Mapping[str, str] | None = None,
    everything: bool = False,
    workers: int = 1,
    progress: Progress | None = None,
) -> Iterator[list[Claim]]:
    """The claims of each document as soon as they are read; otherwise as ``read``."""
    one = partial(
        read_document,
        parties=tuple(sorted(parties)),
        actors=dict(actors or {}),
        everything=everything,
        threads=0 if len(documents) == 1 else 1,
    )
    for done, claims in enumerate(_each(one, documents, min(workers, len(documents))), start=1):
        yield claims
        if progress is not None:
            progress(done, len(documents))


def read_document(
    document: Document,
    *,
    parties: Iterable[str] = (),
    actors: Mapping[str, str] | None = None,
    scan: bool = True,
    everything: bool = False,
    threads: int = 0,
) -> list[Claim]:
    """The claims of one document, in text order.

    Only passages that speak of a conflict are read; with ``everything`` all are. Without ``scan`` also those are read whose
    words name no event, which changes nothing but the time; so do the ``threads`` of the network, 0 for one a core.
    """
    if document.form is not None:  # a row of a data set; those of a user's own mapping are read by the build, which has it
        from merestone.evidence.data_sets.mapping import built_in
        from merestone.reading.row_claims import claims_of_row

        return claims_of_row(document, built_in(document.form), actors)
    # heavy, and not needed by who only asks the command line for help
    from merestone.reading.claims import claims_of
    from merestone.reading.network import reader_network

    return claims_of(document, parties, actors or {}, reader_network(threads), scan=scan, everything=everything)


def speaks_of_conflict(document: Document) -> bool:
    """Whether anything of a document is read: any passage of it speaks of a conflict, or it has no words to tell by."""
    from merestone.reading.claims import texts_of
    from merestone.reading.scope import in_scope
    from merestone.reading.text import passages_of

    passages = [(text, passages_of(text)) for _, text in texts_of(document)]
    return not any(some for _, some in passages) or any(in_scope(text, some) for text, some in passages)


def _each(one: Callable[[Document], list[Claim]], rows: Sequence[Document], workers: int) -> Iterator[list[Claim]]:
    if workers <= 1:
        yield from _in_threads(one, rows)
        return
    # spawned, not forked: the same on every system, and no thread of this process is copied half-way
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(one, rows, chunksize=min(_BATCH, max(1, len(rows) // (workers * 4))))


def _in_threads(one: Callable[[Document], list[Claim]], rows: Sequence[Document]) -> Iterator[list[Claim]]:
    """Reads in the threads of one process: while the network computes for one document, the next is made ready.

    Two documents on a core each take less time than one after the other on both. The first is read alone: it loads what all
    need.
    """
    if not rows:
        return
    yield one(rows[0])
    threads = min(len(rows) - 1, os.cpu_count() or 1, _MOST_THREADS)
    if threads <= 1:
        yield from map(one, rows[1:])
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="reading") as pool:
        ahead: deque[Future[list[Claim]]] = deque()
        try:
            for row in rows[1:]:
                ahead.append(pool.submit(one, row))
                if len(ahead) > _AHEAD * threads:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            for waiting in ahead:
                waiting.cancel()
