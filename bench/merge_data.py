"""The labelled claims of the merge benchmark as tables of reports."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from merestone.incidents.tables import REPORT

DAY = 86_400


def made(folder: Path, size: int, into: Path, seed: int | None = None, days: int | None = None) -> tuple[Path, Path]:
    """(claims, truth) of a set that the benchmark's own script makes; without a seed, its published one."""
    command = [sys.executable, str(folder / "make.py"), "--claims", str(size), "--out", str(into)]
    command += [] if seed is None else ["--seed", str(seed)]
    command += [] if days is None else ["--days", str(days)]
    subprocess.run(command, check=True)
    return into / f"claims_{size}.jsonl.gz", into / f"truth_{size}.jsonl.gz"


def _read(path: Path) -> pa.Table:
    return pj.read_json(io.BytesIO(gzip.decompress(path.read_bytes())), pj.ReadOptions(block_size=1 << 24))


def reports(path: Path) -> pa.Table:
    """The claims of a file as a table of ``REPORT``."""
    table = _read(path)
    begins = pc.cast(table["date"], pa.timestamp("s"))
    nothing = pa.nulls(table.num_rows, pa.float64())
    return pa.table(
        {
            "id": table["id"], "source": table["source"], "begins": begins,
            "ends": pc.add(begins, pa.scalar(DAY, pa.duration("s"))), "lon": table["lon"], "lat": table["lat"],
            "radius_m": nothing, "place": table["place"], "kind": table["type"], "killed": table["killed"],
            "wounded": table["injured"],
        }
    ).cast(REPORT)  # fmt: skip


def truth(path: Path) -> pa.Table:
    """(id, cluster) of a truth file, in order of id."""
    return _read(path).sort_by("id")
