"""Downloading a file: resumed where it broke off, whole or not at all.

A part that came earlier lies beside the file as ``NAME.part`` and ``NAME.part.tag`` (what the server calls that version). The
rest is asked for on the condition that the version is still the same (RFC 9110, Range and If-Range); else all of it comes anew.
"""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.parse
import urllib.request
import zipfile
import zlib
from pathlib import Path

from merestone import __version__
from merestone.errors import MerestoneError
from merestone.files import refusals
from merestone.places.gazetteers.geonames import Progress

LARGEST = 8 * 1024**3
_BLOCK = 1 << 20
_TIMEOUT_S = 60


def fetch(address: str, folder: Path, progress: Progress) -> Path:
    """Download ``address`` into ``folder`` and return the file; an earlier file of the same address is replaced.

    Raises MerestoneError M578 where the server cannot be reached, refuses or breaks off, and M103 or M104.
    """
    parts = urllib.parse.urlsplit(address)
    name = Path(urllib.parse.unquote(parts.path)).name
    if parts.scheme not in ("http", "https") or not parts.hostname or not name or name.startswith("."):
        raise MerestoneError("M575", source=address)
    # two addresses whose files are called alike (AM.zip) are kept apart
    target = folder / hashlib.sha256(address.encode()).hexdigest()[:12] / name
    part, tag = target.with_name(f"{name}.part"), target.with_name(f"{name}.part.tag")
    with refusals(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            _download(address, part, tag, progress)
        except urllib.error.HTTPError as error:
            error.close()
            raise MerestoneError("M578", address=address, problem=f"the server answers {error.code}") from error
        except (urllib.error.URLError, TimeoutError, http.client.HTTPException, ConnectionError) as error:
            problem = getattr(error, "reason", None) or error or type(error).__name__
            raise MerestoneError("M578", address=address, problem=str(problem)[:200]) from error
        tag.unlink(missing_ok=True)  # what has come is whole: a next try is a new one
        _check(address, part)
        part.replace(target)
    return target


def _download(address: str, part: Path, tag: Path, progress: Progress) -> None:
    # the scheme was checked: it is http or https
    request = urllib.request.Request(address, headers={"User-Agent": f"merestone/{__version__}"})  # noqa: S310
    have = part.stat().st_size if part.is_file() and tag.is_file() else 0
    if have:
        request.add_header("Range", f"bytes={have}-")
        request.add_header("If-Range", tag.read_text("utf-8"))
    try:
        answer = urllib.request.urlopen(request, timeout=_TIMEOUT_S)  # noqa: S310
    except urllib.error.HTTPError as error:
        if error.code != 416 or not have:
            raise
        error.close()
        part.unlink()  # what is here is no beginning of what is there
        _download(address, part, tag, progress)
        return
    with answer:
        resumed = answer.status == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        done = have if resumed else 0
        length = answer.headers.get("Content-Length", "")
        total = done + int(length) if length.isdecimal() else 0
        if total > LARGEST:
            raise MerestoneError("M578", address=address, problem="it is larger than 8 GB")
        tag.write_text(answer.headers.get("ETag") or answer.headers.get("Last-Modified") or "", "utf-8")
        if not tag.read_text("utf-8") or tag.read_text("utf-8").startswith("W/"):
            tag.unlink()  # without a version of its own, a part cannot be told to belong to the rest
        with part.open("ab" if resumed else "wb") as file:
            while block := answer.read(_BLOCK):
                file.write(block)
                done += len(block)
                if done > LARGEST:
                    raise MerestoneError("M578", address=address, problem="it is larger than 8 GB")
                progress("downloading", done, max(total, done))
    if total and done != total:
        raise MerestoneError("M578", address=address, problem=f"it broke off after {done} of {total} bytes")


def _check(address: str, part: Path) -> None:
    """An archive must be whole before it takes the place of an earlier one."""
    if not urllib.parse.urlsplit(address).path.lower().endswith(".zip"):
        return
    try:
        with zipfile.ZipFile(part) as archive:
            if archive.testzip() is None:
                return
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        pass
    part.unlink(missing_ok=True)
    raise MerestoneError("M578", address=address, problem="what came is no whole ZIP archive")
