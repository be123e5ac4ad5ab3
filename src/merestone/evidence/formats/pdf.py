"""PDF: the text layer, page after page. Pages that are pictures have none; nothing is recognised from pictures."""

from __future__ import annotations

import io
import logging

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError, WrongPasswordError

from merestone.errors import MerestoneError
from merestone.evidence.formats.part import Part, plain_lines, storable

_BROKEN = (
    PyPdfError,
    RecursionError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    AssertionError,
    OverflowError,
)
"""What pypdf lets through for files that are not what they say."""

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks on sloppy files would mix with our one sentence


def parts(data: bytes, path: object) -> list[Part]:
    """The one document of a PDF. Raises MerestoneError M308 (encrypted), M309 (no text) or M310 (damaged)."""
    try:
        pages = _pages(data)
    except (FileNotDecryptedError, WrongPasswordError, DependencyError) as error:
        raise MerestoneError("M308", path=path) from error
    except _BROKEN as error:
        raise MerestoneError("M310", path=path) from error
    if not any(page.strip() for page in pages):
        raise MerestoneError("M309", path=path)
    starts, length = [], 0
    for page in pages:
        starts.append(length)
        length += len(page) + 1
    return [Part(text="\n".join(pages), pages=tuple(starts))]


def _pages(data: bytes) -> list[str]:
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):  # many are encrypted with no password at all
        raise FileNotDecryptedError("a password is needed")
    return [plain_lines(storable(page.extract_text())) for page in reader.pages]
