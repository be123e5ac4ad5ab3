"""Sealing: files are checked, staged, logged and moved into the vault, in this order, each step durable before the next."""

from __future__ import annotations

import contextlib
import dataclasses
import getpass
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from platform import node
from typing import Annotated

from pydantic import AfterValidator

from merestone.case import ActorCode, Case, check_option
from merestone.errors import MerestoneError
from merestone.evidence.data_sets.mapping import BUILT_IN, Mapping, built_in, digest_of_mapping, read_mapping
from merestone.evidence.data_sets.rows import Checked, Extent
from merestone.evidence.data_sets.rows import check as check_rows
from merestone.evidence.formats.rows import LANGUAGE, URL, is_day
from merestone.evidence.intake import MAPPING, Found, as_data_set, check_size, search
from merestone.evidence.lock import exclusive
from merestone.evidence.log import Action, State, append, open_log, read_log, write_head
from merestone.evidence.vault import Staged, digest_of, discard, place, sealed_path, settle, stage, sync_staging
from merestone.files import refusals
from merestone.model import Item

_BATCH_FILES = 256
_BATCH_BYTES = 256_000_000
"""One batch shares the log line's and the folders' fsync; between batches another process may take its turn."""


def _day(value: str) -> str:
    if not is_day(value):
        raise ValueError("is not a day of the form 2022-09-13")
    return value


def _language(value: str) -> str:
    if not LANGUAGE.fullmatch(value):
        raise ValueError("is not a language tag, for example en")
    return value


def _address(value: str) -> str:
    if not URL.fullmatch(value):
        raise ValueError("is not an address that begins with http:// or https://")
    return value


def _title(value: str) -> str:
    if not value.strip() or not value.isprintable():
        raise ValueError("is blank or more than one line")
    return value


@dataclasses.dataclass(frozen=True, slots=True)
class AddReport:
    """What became of every file that was named or found."""

    sealed: tuple[Item, ...] = ()
    """New in the vault."""
    already: tuple[Item, ...] = ()
    """Sealed before; where other metadata was given now, the log says so."""
    refused: tuple[MerestoneError, ...] = ()
    """Not sealed, and why."""
    skipped: tuple[Path, ...] = ()
    """Found in a folder and of a type that is not read."""
    left_out: tuple[tuple[Path, int, int], ...] = ()
    """Data sets of which some rows say nothing that is read: the file, how many rows, and of how many."""


def add_paths(
    case: Case,
    paths: Sequence[Path],
    *,
    source: str | None = None,
    published: str | None = None,
    title: str | None = None,
    language: str | None = None,
    source_url: str | None = None,
    form: str | None = None,
    extent: Callable[[], Extent | None] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> AddReport:
    """Seal files, and the files of folders, into a case; ``progress`` is told the files done and the files in all.

    ``form`` says how tables are read: the name of a data set whose mapping comes with the program, or the path of a mapping
    file, which is sealed too; without it, a table is known by its heading. ``extent`` tells where the case lies, and
    with it exchanged coordinates; it is asked only for tables.

    A file that fails its checks is refused and the others are sealed. Raises MerestoneError M108 for an option, M645 for a
    mapping file, M301 for a damaged log, M103 or M104 where the system takes no more: whole files up to there are sealed,
    nothing is half-written.
    """
    given = checked_options(source=source, published=published, title=title, language=language, source_url=source_url)
    result = search(paths, [case.vault, case.log, case.records])
    if title is not None and len(result.files) > 1:
        raise MerestoneError("M318", count=len(result.files))
    sealed: list[Item] = []
    already: list[Item] = []
    refused = list(result.refused)
    left_out: list[tuple[Path, int, int]] = []
    done = 0
    way = _way_of(form)
    recover(case)
    for batch in _batches(result.files, way, refused):
        with held(case):
            new, known = _seal(case, batch, given, settled(case), refused, _Rows(extent, form is not None, left_out))
        sealed += new
        # the mapping file comes with every batch, and is told once
        already += [item for item in known if item.media_type != MAPPING.media_type or item not in (*sealed, *already)]
        done += len(batch) - (way.file is not None)
        if progress:
            progress(done, len(result.files))
    return AddReport(tuple(sealed), tuple(already), tuple(refused), tuple(result.skipped), tuple(left_out))


@dataclasses.dataclass(frozen=True, slots=True)
class _Way:
    """How tables are to be read: None for each by its heading."""

    form: str | None = None
    mapping: Mapping | None = None
    file: Found | None = None
    """The mapping file, to be sealed."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Rows:
    """What checking the rows of data sets needs, and where it tells what was left out."""

    extent: Callable[[], Extent | None] | None
    stated: bool
    """Whether the form was named: a file sealed before keeps the form it has unless another is named."""
    left_out: list[tuple[Path, int, int]]


def _way_of(form: str | None) -> _Way:
    if form is None:
        return _Way()
    if form.lower() in BUILT_IN:
        return _Way(form.lower(), built_in(form.lower()))
    path = Path(form)
    if path.suffix.lower() != ".toml":
        problem = f"is none of {', '.join(BUILT_IN)}, and no mapping file, whose name ends in .toml"
        raise MerestoneError("M108", option="--as", value=form, problem=problem)
    mapping, data = read_mapping(path)
    return _Way(digest_of_mapping(data), mapping, Found(path, path.name, MAPPING))


@contextlib.contextmanager
def held(case: Case) -> Iterator[None]:
    """Hold the case's evidence against other processes. Raises MerestoneError M103 or M104 where it cannot be written."""
    with refusals(case.folder):
        case.log.mkdir(exist_ok=True)
        case.vault.mkdir(exist_ok=True)
        with exclusive(case.log / ".lock"):
            yield


def settled(case: Case) -> State:
    """The log, after completing or taking back what an interrupted ``add`` left. The caller holds the case. Raises M301."""
    state = open_log(case.log)
    settle(case.vault, state.items)
    return state


def recover(case: Case) -> State:
    """Complete or take back what an interrupted ``add`` left, and give the log.

    A case that cannot be written is read as it stands. Raises MerestoneError M301 where the log is damaged.
    """
    try:
        with held(case):
            return settled(case)
    except MerestoneError as error:
        if error.code not in ("M103", "M104"):
            raise
        return read_log(case.log)


def checked_options(**given: str | None) -> dict[str, str]:
    """The options that were given, each as it must be. Raises MerestoneError M108."""
    kinds = {
        "source": ActorCode, "published": Annotated[str, AfterValidator(_day)], "title": Annotated[str, AfterValidator(_title)],
        "language": Annotated[str, AfterValidator(_language)], "source_url": Annotated[str, AfterValidator(_address)],
    }  # fmt: skip
    present = {name: value for name, value in given.items() if value is not None}
    for name, value in present.items():
        check_option("--" + name.replace("_", "-"), [value], kinds[name])
    return present


def _batches(files: Sequence[Found], way: _Way, refused: list[MerestoneError]) -> Iterator[list[Found]]:
    """Files that are sealed together; a mapping file leads every batch, as it is sealed only with a table that it reads."""
    head = [way.file] if way.file else []
    batch: list[Found] = []
    size = 0
    for plain in files:
        try:
            file = as_data_set(plain, way.form, way.mapping)
            check_size(file.path, file.kind)
            size += file.path.stat().st_size
        except MerestoneError as error:
            refused.append(error)
            continue
        batch.append(file)
        if len(batch) == _BATCH_FILES or size >= _BATCH_BYTES:
            yield [*head, *batch]
            batch, size = [], 0
    if batch:
        yield [*head, *batch]


def _seal(
    case: Case, batch: Sequence[Found], given: dict[str, str], state: State, refused: list[MerestoneError], rows: _Rows
) -> tuple[list[Item], list[Item]]:
    """Seal one batch and return (new, already sealed). The caller holds the lock."""
    at, by = datetime.now(UTC), _user()
    acts: list[tuple[Action, Item]] = []
    staged: dict[str, Staged] = {}
    new: dict[str, Item] = {}
    already: list[Item] = []
    try:
        for file in batch:
            known = _sealed_before(case.vault, file, state)
            own = (
                {}
                if file.kind is MAPPING
                else given | ({"form": file.form} if file.form and (rows.stated or known is None) else {})
            )
            if known and dataclasses.replace(known, **own) == known:  # type: ignore[arg-type]
                already.append(known)
                continue
            try:
                one = stage(case.vault, file.path, file.kind.limit)
            except MerestoneError as error:
                if error.code in ("M103", "M104"):
                    raise
                refused.append(error)
                continue
            try:
                _check_staged(one, file, rows)
            except MerestoneError as error:
                refused.append(error)
                if one.sha256 not in staged:
                    discard(one.path)
                continue
            before = new.get(one.sha256) or state.items.get(one.sha256)
            if before is None:
                item = Item(
                    sha256=one.sha256, size=one.size, media_type=file.kind.media_type, name=_shown(file.name),
                    origin=_shown(str(file.path)), obtained_by=by, obtained_at=at, **own,
                )  # fmt: skip
                staged[one.sha256] = one
                new[one.sha256] = item
                acts.append(("seal", item))
                continue
            if not sealed_path(case.vault, one.sha256).exists():
                staged[one.sha256] = one  # twice in this batch; or lost from the vault, and brought back here
            else:
                discard(one.path)
            described = dataclasses.replace(before, **own)  # type: ignore[arg-type]
            if described != before:
                acts.append(("describe", described))
                state.items[one.sha256] = described
            already.append(described)
    except BaseException:  # an interrupt too: what the log will not name must not stay staged
        for one in staged.values():
            discard(one.path)
        raise
    read = {item.form for _, item in acts} | {item.form for item in already}
    for item in [item for item in new.values() if item.media_type == MAPPING.media_type and item.sha256 not in read]:
        discard(staged.pop(item.sha256).path)  # every table it was to explain was refused
        acts.remove(("seal", new.pop(item.sha256)))
    sync_staging(case.vault)
    head = append(case.log, state.head, acts, at, by) if acts else state.head
    place(case.vault, staged.values())
    if acts:
        write_head(case.log, head)
    return list(new.values()), already


def _sealed_before(vault: Path, file: Found, state: State) -> Item | None:
    """The item a file was sealed as, told by its bytes alone: repeating an ``add`` writes nothing."""
    try:
        sha256 = digest_of(file.path.resolve())
    except OSError:
        return None  # sealing it will say why
    return state.items.get(sha256) if sealed_path(vault, sha256).exists() else None


def _check_staged(one: Staged, file: Found, rows: _Rows) -> None:
    """Check the very bytes that were staged: the file itself may change meanwhile. Raises MerestoneError M3xx."""
    if one.size == 0:
        raise MerestoneError("M303", path=file.path)
    if file.mapping is not None:
        tally: Checked = check_rows(one.path, file.mapping, file.path, rows.extent() if rows.extent else None)
        if tally.left_out:
            rows.left_out.append((file.path, tally.left_out, tally.rows))
        return
    file.kind.parts(one.path.read_bytes(), file.path)


def _shown(name: str) -> str:
    """A file name as text: bytes of it that are no UTF-8 are shown as such and cannot break the log."""
    return re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", name)


def _user() -> str:
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = "unknown"
    return f"{_shown(user)}@{_shown(node()) or 'unknown'}"
