"""Verification: every sealed byte and every line of the log is read again, in pieces, and what differs is named."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from merestone.case import Case
from merestone.errors import Finding, MerestoneError
from merestone.evidence.add import held, settled
from merestone.evidence.log import Head, Line, head_path, lines, log_path, read_head
from merestone.evidence.vault import STAGING, digest_of, sealed_path


def verify(case: Case) -> list[Finding]:
    """What is not as it was sealed: findings V101 to V105 for the vault and V201 to V205 for the log; empty where intact.

    An interrupted ``add`` is completed or taken back first, where the case can be written; a damaged log is never touched.
    """
    findings, named = _settled_log(case)
    findings += _verify_vault(case.vault, named)
    extra = [path for path in _files(case.vault) if path.name not in named or path != sealed_path(case.vault, path.name)]
    if extra:  # what another process sealed meanwhile is in the log by now
        now = {line.entry.item.sha256 for line in lines(case.log) if line.entry}
        extra = [path for path in extra if path.name not in now or path != sealed_path(case.vault, path.name)]
    findings += [Finding.of("V103", path=path) for path in extra]
    return findings


def _settled_log(case: Case) -> tuple[list[Finding], dict[str, None]]:
    """The log while nobody writes it, after completing what an interrupted ``add`` left."""
    try:
        with held(case):
            with contextlib.suppress(MerestoneError):  # a damaged log, which is named line by line here
                settled(case)
            return _verify_log(case.log)
    except MerestoneError:
        return _verify_log(case.log)  # the case cannot be written


def _verify_log(folder: Path) -> tuple[list[Finding], dict[str, None]]:
    """Findings about the log, and the SHA-256 of every item it names, in order."""
    path = log_path(folder)
    if not path.exists() and not head_path(folder).exists():
        return [], {}
    head = read_head(folder)
    findings: list[Finding] = []
    named: dict[str, None] = {}
    before: Line | None = None
    size = 0
    at_head = Head()
    number = 0
    for line in lines(folder):
        number = line.number
        if head is not None and size >= head.size and not line.ends:
            findings.append(Finding.of("V205", path=path, line=number))
            break
        if not line.sound:
            findings.append(Finding.of("V201", path=path, line=number))
        elif not line.follows(before):
            findings.append(Finding.of("V202", path=path, line=number))
        if line.entry is not None:
            named[line.entry.item.sha256] = None
        size += line.size
        before = line
        if head is not None and number <= head.entries:
            at_head = Head(number, size, line.stated)
    if head is not None and number < head.entries:
        findings.append(Finding.of("V203", path=path, missing=head.entries - number, entries=head.entries))
    elif head is None or (not findings and at_head != head):  # a changed line cannot fit it, and is named already
        findings.append(Finding.of("V204", path=head_path(folder), line=head.entries if head else number))
    return findings, named


def _verify_vault(vault: Path, named: dict[str, None]) -> list[Finding]:
    findings = []
    for sha256 in named:
        path = sealed_path(vault, sha256)
        if path.is_symlink() or path.is_dir():
            findings.append(Finding.of("V104", path=path))
        elif not path.exists():
            findings.append(Finding.of("V102", path=path))
        else:
            try:
                changed = digest_of(path) != sha256
            except OSError:
                findings.append(Finding.of("V105", path=path))
                continue
            if changed:
                findings.append(Finding.of("V101", path=path))
    return findings


def _files(vault: Path) -> Iterator[Path]:
    """Everything in the vault that is no plain folder, by name; bytes on their way in left out."""
    for folder, folders, names in os.walk(vault, followlinks=False):
        here = Path(folder)
        if here == vault and STAGING in folders:
            folders.remove(STAGING)
        folders.sort()
        for name in sorted([*names, *(name for name in folders if (here / name).is_symlink())]):
            yield here / name
