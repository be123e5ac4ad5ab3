"""Reading: from documents to claims.

A document is parsed (``parsing``); words that name an event, in company that fits, make claim candidates (``events``), each
with an act (``acts``); then every field is filled by a part of its own and the claim put together (``claims``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import pyarrow as pa

from merestone.model import Claim, Document, from_table, to_table
from merestone.reading.parsing import DEFAULT_PIPELINE, parse

_BATCH = 16

Progress = Callable[[int, int], None]
"""Called with the number of documents read and the number of documents in all."""


def read(
    documents: pa.Table,
    *,
    pipeline: str = DEFAULT_PIPELINE,
    parties: Iterable[str] = (),
    actors: Mapping[str, str] | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> pa.Table:
    """The claims of a table of documents, documents in row order and claims in text order.

    ``parties`` are the codes of the case's parties and ``actors`` its own names of actors, name to code. The result depends on
    nothing else: not on ``workers``, the number of processes that read. Raises MerestoneError M402 where the pipeline is not
    installed.
    """
    rows = from_table(Document, documents)
    found = read_each(rows, pipeline=pipeline, parties=parties, actors=actors, workers=workers, progress=progress)
    return to_table(Claim, (claim for claims in found for claim in claims))


def read_each(
    documents: Sequence[Document],
    *,
    pipeline: str = DEFAULT_PIPELINE,
    parties: Iterable[str] = (),
    actors: Mapping[str, str] | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Iterator[list[Claim]]:
    """The claims of each document as soon as they are read; otherwise as ``read``."""
    one = partial(read_document, pipeline=pipeline, parties=tuple(sorted(parties)), actors=dict(actors or {}))
    for done, claims in enumerate(_each(one, documents, min(workers, len(documents))), start=1):
        yield claims
        if progress is not None:
            progress(done, len(documents))


def read_document(
    document: Document,
    *,
    pipeline: str = DEFAULT_PIPELINE,
    parties: Iterable[str] = (),
    actors: Mapping[str, str] | None = None,
) -> list[Claim]:
    """The claims of one document, in text order."""
    # heavy, and not needed by who only asks the command line for help
    from merestone.reading.claims import claims_of, context_of

    doc = parse(document.text, pipeline)
    return claims_of(document, doc, context_of(document, doc, tuple(parties), actors or {}))


def _each(one: Callable[[Document], list[Claim]], rows: Sequence[Document], workers: int) -> Iterator[list[Claim]]:
    if workers <= 1:
        yield from map(one, rows)
        return
    # spawned, not forked: the same on every system, and no thread of this process is copied half-way
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(one, rows, chunksize=min(_BATCH, max(1, len(rows) // (workers * 4))))
