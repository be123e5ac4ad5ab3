"""The documents of a case: a pure function of the sealed bytes and of what the log says about them.

Neither the clock nor the user the log names, nor the order in which items were added, has any influence on them.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping as Names
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from merestone.case import STATE_SECTORS, Case
from merestone.errors import MerestoneError
from merestone.evidence.add import checked_options, recover
from merestone.evidence.data_sets.mapping import BUILT_IN, Mapping, built_in, mapping_of
from merestone.evidence.data_sets.rows import documents_of_rows
from merestone.evidence.formats.part import Part
from merestone.evidence.intake import BY_MEDIA_TYPE, MAPPING, Found, as_data_set, check, type_of
from merestone.evidence.vault import digest_of, fetch, sealed_path
from merestone.model import Document, Genre, Item, Provenance, from_table, sector_of, to_table

_LONGEST_TITLE = 200
"""Characters of a first line that stands for a title."""
_BATCH = 5_000
"""Rows of a data set that are turned into a table at once."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """What is known of an item from outside its bytes."""

    source: str | None = None
    published: str | None = None
    title: str | None = None
    language: str | None = None
    source_url: str | None = None


def documents(case: Case) -> pa.Table:
    """The documents of everything sealed in a case, ordered by day of publication, then id; schema ``Document``.

    Raises MerestoneError M301 or M302 where the log or the vault is not as it was sealed.
    """
    found: list[Document] = []
    batches: list[pa.Table] = []
    names = _publisher_names(case)
    items = recover(case).items
    for sha256, item in sorted(items.items()):
        if item.media_type == MAPPING.media_type:
            continue
        if item.form is None:
            found += _documents_of_item(case, names, item, fetch(case.vault, sha256))
        else:
            batches += _tables_of_rows(case, item, mapping_of_form(case, item.form))
    return _together(to_table(Document, _in_order(found)), batches)


def mapping_of_form(case: Case, form: str) -> Mapping:
    """The mapping of a form: one of the program's, or a sealed file. Raises MerestoneError M302 or M645."""
    return built_in(form) if form in BUILT_IN else mapping_of(fetch(case.vault, form), f"mapping {form[:16]}")


def _tables_of_rows(case: Case, item: Item, mapping: Mapping) -> Iterator[pa.Table]:
    """The rows of a data set as tables of documents. Raises MerestoneError M302, or M6xx where its mapping no longer fits."""
    path = sealed_path(case.vault, item.sha256)
    try:
        changed = digest_of(path) != item.sha256
    except OSError as error:
        raise MerestoneError("M302", sha256=item.sha256) from error
    if changed:
        raise MerestoneError("M302", sha256=item.sha256)
    found = documents_of_rows(path, mapping, str(item.form), item.sha256, item.name)
    while batch := list(islice(found, _BATCH)):
        yield to_table(Document, batch)


def _together(texts: pa.Table, rows: list[pa.Table]) -> pa.Table:
    """Texts and rows as one table in order of publication, then id, in which each id stands once.

    Rows of one id that are the same count once; different ones, as of two versions of a data set, get their item's digits and
    row added, as texts do.
    """
    if not rows:
        return texts
    both = pa.concat_tables([texts, *rows])
    counts = pc.value_counts(both.column("id"))
    several = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")
    if len(several):
        double = pc.is_in(both.column("id"), value_set=several)
        settled = to_table(Document, _in_order(from_table(Document, both.filter(double))))
        both = pa.concat_tables([both.filter(pc.invert(double)), settled])
    order = pa.table({"published": pc.fill_null(both.column("published"), ""), "id": both.column("id")})
    return both.take(pc.sort_indices(order, sort_keys=[("published", "ascending"), ("id", "ascending")]))


def documents_of_file(path: Path, source: str | None = None, published: str | None = None) -> list[Document]:
    """The documents of a file outside any case, in the file's order; the id of a plain file is its name without ending.

    Raises MerestoneError M101, M106, M108 or M3xx as ``add`` would.
    """
    given = _Given(**checked_options(source=source, published=published))
    if path.is_file() and (form := as_data_set(Found(path, path.name, type_of(path))).form) is not None:
        return list(documents_of_rows(path, built_in(form), form, digest_of(path.resolve())))
    parts = check(path)
    sha256 = digest_of(path.resolve())
    out = []
    for number, part in enumerate(parts):
        stem = f"{path.stem}-{number}" if part.catalogued else path.stem
        out.append(_document(part, given, sha256, number, part.id or stem, {}, None))
    return out


def _documents_of_item(case: Case, names: Names[str, str], item: Item, data: bytes) -> list[Document]:
    given = _Given(
        source=item.source, published=item.published, title=item.title, language=item.language, source_url=item.source_url
    )
    parts = BY_MEDIA_TYPE[item.media_type].parts(data, item.name)
    return [
        _document(part, given, item.sha256, number, part.id or f"{item.sha256[:16]}-{number}", names, case)
        for number, part in enumerate(parts)
    ]


def _document(
    part: Part, given: _Given, sha256: str, number: int, name: str, names: Names[str, str], case: Case | None
) -> Document:
    """One document. What a list states of each of its documents goes before what was given for all of them; what was given
    for a single file goes before what a page says of itself."""
    provenance: list[Provenance] = []

    def choose(field: str, own: str | None, outside: str | None) -> str | None:
        ranked = [(own, "item"), (outside, "log")] if part.catalogued else [(outside, "log"), (own, "item")]
        for value, origin in ranked:
            if value is not None:
                provenance.append(Provenance(field=field, origin="item" if origin == "item" else "log"))
                return value
        return None

    site = names.get(part.site.casefold()) if part.site else None
    publisher = choose("publisher", part.publisher or site, given.source)
    published = choose("published", part.published, given.published)
    title = choose("title", part.title, given.title)
    if title is None:
        begin, end = _first_line(part.text)
        title = part.text[begin:end]
        provenance.append(Provenance(field="title", origin="text", span=(begin, end)))
    language = choose("language", part.language, given.language)
    if language is None:
        language = case.file.language if case else "en"
        provenance.append(Provenance(field="language", origin="case"))
    source_url = choose("source_url", part.source_url, given.source_url)
    genre: Genre | None = part.genre
    if genre is not None:
        provenance.append(Provenance(field="genre", origin="item"))
    else:
        genre = _genre(publisher, case)
        provenance.append(Provenance(field="genre", origin="case"))
    return Document(
        id=name, item=sha256, part=number, title=title, publisher=publisher, published=published, language=language,
        genre=genre, source_url=source_url, text=part.text, pages=part.pages, provenance=tuple(provenance),
    )  # fmt: skip


def _first_line(text: str) -> tuple[int, int]:
    """Span of the first line that is not blank, without Markdown's heading marks and at most ``_LONGEST_TITLE`` long."""
    begin = 0
    for line in text.split("\n"):
        title = line.strip().lstrip("#").strip()
        if title:
            begin += line.index(title)
            return begin, begin + len(title[:_LONGEST_TITLE].rstrip())
        begin += len(line) + 1
    blank = len(text) - len(text.lstrip())
    return blank, len(text.rstrip())


def _genre(publisher: str | None, case: Case | None) -> Genre:
    """The kind of text a publisher of this sort issues, where nobody says."""
    if publisher is None:
        return "statement"
    if case is not None:
        affiliation = case.source(publisher).affiliation
        kinds: dict[str, Genre] = {"monitor": "monitor_report", "sensor": "monitor_report", "media": "news"}
        return kinds.get(affiliation, "statement")
    sector = sector_of(publisher)
    if publisher == "MEDIA" or sector == "MEDIA":
        return "news"
    return "monitor_report" if sector == "PKO" or (sector and sector not in STATE_SECTORS) else "statement"


def _publisher_names(case: Case) -> dict[str, str]:
    """Names of publishers that the case file gives, in lower case, to codes: a page states its publisher by name."""
    names = {name.casefold(): actor.code for actor in case.file.actors for name in actor.names}
    return names | {source.name.casefold(): source.code for source in case.file.sources}


def _in_order(found: list[Document]) -> list[Document]:
    """Each document once, under an id that is its own, ordered by day of publication, then id.

    A list of documents that was sealed again with more in it holds the older ones again: what is the same in every field but
    the item it lies in counts once. Different documents under the same id all get their item's digits and part added, so that
    no id ever moves from one document to another.
    """
    once: dict[str, Document] = {}
    for document in sorted(found, key=lambda d: (d.item, d.part)):
        content = dataclasses.replace(document, item="", part=0)
        once.setdefault(hashlib.sha256(repr(content).encode()).hexdigest(), document)
    used = Counter(document.id for document in once.values())
    named = [
        d if used[d.id] == 1 else dataclasses.replace(d, id=f"{d.id}~{d.item[:16]}-{d.part}")
        for d in once.values()
    ]  # fmt: skip
    return sorted(named, key=lambda d: (d.published or "", d.id))
