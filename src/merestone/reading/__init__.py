"""Reading: from documents to claims.

A document is cut into passages (``text``); those whose words promise nothing are left out (``scan``). The vocabularies find
what a passage mentions: actors, times, numbers, weapons, proofs, words that may name an event. A small network
(``network``) tells which words name an event and which mentions belong to it (``decoding``); the claims are put together
with the words and the rule behind every field (``claims``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import pyarrow as pa

from merestone.model import Claim, Document, from_table, to_table

_BATCH = 16

Progress = Callable[[int, int], None]
"""Called with the number of documents read and the number of documents in all."""


def read(
    documents: pa.Table,
    *,
    parties: Iterable[str] = (),
    actors: Mapping[str, str] | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> pa.Table:
    """The claims of a table of documents, documents in row order and claims in text order.

    ``parties`` are the codes of the case's parties and ``actors`` its own names of actors, name to code. The result depends on
    nothing else: not on ``workers``, the number of processes that read, nor on which other documents are read.
    """
    rows = from_table(Document, documents)
    found = read_each(rows, parties=parties, actors=actors, workers=workers, progress=progress)
    return to_table(Claim, (claim for claims in found for claim in claims))


def read_each(
    documents: Sequence[Document],
    *,
    parties: Iterable[str] = (),
    actors: Mapping[str, str] | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Iterator[list[Claim]]:
    """The claims of each document as soon as they are read; otherwise as ``read``."""
    one = partial(read_document, parties=tuple(sorted(parties)), actors=dict(actors or {}), threads=1 if workers > 1 else 0)
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
    threads: int = 0,
) -> list[Claim]:
    """The claims of one document, in text order.

    Without ``scan`` every passage is read, also those whose words promise nothing. ``threads`` is for the network, 0 for as
    many as there are cores; it changes nothing but the time.
    """
    if document.form is not None:  # a row of a data set; those of a user's own mapping are read by the build, which has it
        from merestone.evidence.data_sets.mapping import built_in
        from merestone.reading.row_claims import claims_of_row

        return claims_of_row(document, built_in(document.form), actors)
    # heavy, and not needed by who only asks the command line for help
    from merestone.reading.claims import claims_of
    from merestone.reading.network import reader_network

    return claims_of(document, parties, actors or {}, reader_network(threads), scan=scan)


def _each(one: Callable[[Document], list[Claim]], rows: Sequence[Document], workers: int) -> Iterator[list[Claim]]:
    if workers <= 1:
        yield from map(one, rows)
        return
    # spawned, not forked: the same on every system, and no thread of this process is copied half-way
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(one, rows, chunksize=min(_BATCH, max(1, len(rows) // (workers * 4))))
