"""GeoNames' files in small: lines as GeoNames writes them (geonames.org, CC BY 4.0), and a server that serves them."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def _place(identity: int, names: str, position: str, kind: str, admin: str, people: int, day: str, cc2: str = "") -> str:
    """A line of a dump: ``names`` is name, ASCII name and other names, ``kind`` class and code."""
    cells = [str(identity), *names.split("|"), *position.split(), *kind.split("."), "AM", cc2, admin, "", "", "", str(people)]
    return "\t".join([*cells, "", "1400", "Asia/Yerevan", day])


DUMP = "\n".join((
    _place(174895, "Goris|Goris|Gerusy,Geryusy,Goris,Gorus,Գորիս", "39.51111 46.34168", "P.PPLA2", "08", 20379, "2020-06-10"),
    _place(409314, "Syunik’i Marz|Syunik'i Marz|Syunik,Syunik Province", "39.3 46.3", "A.ADM1", "08", 152900, "2019-09-05"),
    _place(174982, "Armenia|Armenia|Armenien,Hayastan,Армения", "40.25 45", "A.PCLI", "00", 3076200, "2021-08-16"),
    _place(616041, "Sot’k’|Sot'k'|Sotk,Zod,Зод", "40.20007 45.86951", "P.PPL", "04", 930, "2018-01-18"),
    _place(616062, "Vorotan|Vorotan|Bazarchay,Bergushet", "39.25 46.7", "H.STM", "00", 0, "2012-01-17", "AM,AZ"),
    _place(174790, "Mets Ishkhanasar|Mets Ishkhanasar|Ishikhly", "39.61 46.17", "T.MT", "08", 0, "2012-01-17", "AM,AZ"),
)) + "\n"  # fmt: skip

NAMES = "\n".join((
    "1\t174895\thy\tԳորիս\t1\t\t\t\t\t",
    "2\t174895\taz\tGorus\t\t\t\t\t\t",
    "3\t174895\tru\tГерюсы\t\t\t\t1\t1840\t1924",
    "4\t174895\tlink\thttps://en.wikipedia.org/wiki/Goris\t\t\t\t\t\t",
    "5\t174895\twkdt\tQ39547\t\t\t\t\t\t",
    "6\t616041\thy\tՍոթք\t1\t\t\t\t1978\t",
    "7\t616041\taz\tZod\t\t\t\t1\t\t1978",
    "8\t999999\ten\tA place of another file\t\t\t\t\t\t",
)) + "\n"  # fmt: skip

REGIONS = "AM.08\tSyunik\tSyunik\t409314\nAM.04\tGegharkunik\tGegharkunik\t828261\n"
COUNTRIES = (
    "# a comment of GeoNames' own\n#ISO\tISO3\tISO-Numeric\tfips\tCountry\tCapital\tArea(in sq km)\n"
    "AM\tARM\t051\tAM\tArmenia\tYerevan\t29800\t3076200\tAS\t.am\tAMD\tDram\t374\t######\t^(\\d{6})$\thy\t174982\tGE,IR,AZ,TR\t\n"
)


def zipped(name: str, text: str) -> bytes:
    """A ZIP archive as GeoNames makes it: the text, and a readme beside it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", "what the columns are")
        archive.writestr(name, text)
    return out.getvalue()


class Mirror:
    """What a test serves: files by path, what was asked for, and how many bytes to send before breaking off."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.breaks_after: int | None = None
        self.refuses_ranges = False
        self.address = ""


@contextmanager
def served() -> Iterator[Mirror]:
    """A server on this machine that answers ranges, as GeoNames' does."""
    mirror = Mirror()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            mirror.asked.append((self.path, wanted))
            data = mirror.files.get(self.path)
            if data is None:
                self.send_error(404)
                return
            tag = f'"{len(data)}-{hash(data) & 0xFFFF}"'
            begin = 0
            if wanted and mirror.refuses_ranges:
                self.send_error(416)
                return
            if wanted and self.headers.get("If-Range") == tag:
                begin = int(wanted.removeprefix("bytes=").removesuffix("-"))
            self.send_response(206 if begin else 200)
            if begin:
                self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(data) - begin))
            self.send_header("ETag", tag)
            self.end_headers()
            part = data[begin:]
            if mirror.breaks_after is not None:
                part = part[: mirror.breaks_after]
                self.close_connection = True
            self.wfile.write(part)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    mirror.address = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        yield mirror
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
