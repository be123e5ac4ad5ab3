"""PDF files for tests, made by pypdf alone."""

from __future__ import annotations

import io

from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject


def pdf_of(*pages: str, password: str | None = None, owner_password: str | None = None) -> bytes:
    """A PDF with one page for each text; an empty text gives a page that draws only a box."""
    writer = PdfWriter()
    for text in pages:
        page = writer.add_blank_page(width=595, height=842)
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
            }
        )
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        content = DecodedStreamObject()
        drawn = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET" if text else "72 72 200 200 re f"
        content.set_data(drawn.encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(content)
    if password is not None or owner_password is not None:
        writer.encrypt(user_password=password or "", owner_password=owner_password, algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()
