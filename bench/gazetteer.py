"""Size, build time, memory and speed of a gazetteer with 12 million synthetic names.

    python bench/gazetteer.py [--places 4000000] [--folder DIR]

Each place has three names of four to seven syllables: two in Latin letters, one in Cyrillic or Armenian.
They are made from a seed, so that every run indexes the same names. Look-ups are of names that are there and of names that are
not, in an order that jumps about the file; the first pass reads pages from the disk, the second finds them in memory.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from merestone.places.gazetteers.index_file import Index, Places, build

SYLLABLES = "ka ra ma na ta sha vo ri go be li du ze khar dash gor van ser mit ala bek ush ary nor lus hat pet tav zor ghan"
CYRILLIC = "ка ра ма на та ша во ри го бе ли ду зе хар даш гор ван сер мит ала бек уш ары нор лус хат пет тав зор ган"
ARMENIAN = "կա րա մա նա տա շա վո րի գո բե լի դու զե խար դաշ գոր վան սեր միտ ալա բեկ ուշ արի նոր լուս հատ պետ տավ զոր ղան"
PORTION = 50_000


def names(start: int, count: int) -> tuple[list[str], list[str], list[str]]:
    """Three names of each of the places ``start`` to ``start + count``; most are of one place alone."""
    rng = np.random.default_rng([1975, start])
    plain, cyrillic, armenian = SYLLABLES.split(), CYRILLIC.split(), ARMENIAN.split()
    chosen = rng.integers(0, len(plain), (count, 7)).tolist()
    words = rng.integers(4, 8, count).tolist()
    latin, other, native = [], [], []
    for place, (parts, length) in enumerate(zip(chosen, words, strict=True)):
        text = "".join(plain[part] for part in parts[:length])
        latin.append(text.capitalize())
        other.append("".join(plain[part] for part in parts[: length - 1]).capitalize() + f" {plain[parts[6]].capitalize()}")
        letters = armenian if place % 2 else cyrillic
        native.append("".join(letters[part] for part in parts[:length]).capitalize())
    return latin, other, native


def portions(places: int) -> Iterator[Places]:
    """Synthetic places in portions."""
    for start in range(0, places, PORTION):
        count = min(PORTION, places - start)
        rng = np.random.default_rng([1988, start])
        latin, other, native = names(start, count)
        texts = [name for three in zip(latin, other, native, strict=True) for name in three]
        yield Places(
            ids=np.arange(start + 1, start + count + 1, dtype=np.uint64), lon=rng.uniform(-180, 180, count).round(5),
            lat=rng.uniform(-90, 90, count).round(5), radius_m=np.full(count, 1500.0),
            population=rng.integers(0, 100_000, count), features=np.zeros(count, np.uint8),
            countries=pa.array([["ARM", "AZE", "GEO"][n % 3] for n in range(count)]),
            admins=pa.array([str(n % 12) for n in range(count)]), first_level=np.zeros(count, bool), names=pa.array(texts),
            owner=np.repeat(np.arange(count), 3), languages=pa.nulls(len(texts), pa.string()),
            flags=np.zeros(len(texts), np.uint8), periods=pa.nulls(len(texts), pa.string()),
        )  # fmt: skip


def timed(call: Callable[[str], object], wanted: list[str]) -> str:
    """Median, 99th percentile and largest time of a call, in microseconds."""
    times = np.empty(len(wanted))
    for number, name in enumerate(wanted):
        begin = time.perf_counter_ns()
        call(name)
        times[number] = (time.perf_counter_ns() - begin) / 1000
    return f"median {np.median(times):.1f} µs, 99 % below {np.percentile(times, 99):.1f} µs"


def measure(path: Path, places: int) -> None:
    """Open and look up, in a process that did not build."""
    begin = time.perf_counter()
    index = Index(path)
    print(f"open        {(time.perf_counter() - begin) * 1000:.2f} ms, {index.names:,} names of {index.places:,} places")
    rng = np.random.default_rng(7)
    starts = (rng.choice(-(-places // PORTION), min(20, -(-places // PORTION)), replace=False) * PORTION).tolist()
    there = [name for start in starts for three in names(start, min(PORTION, places - start)) for name in three[:200]]
    rng.shuffle(there)
    absent = [f"{name}xyz" for name in there]
    lost = sum(not index.find(name) for name in there[:2000])
    print(f"first pass  {timed(index.find, there[2000:7000])}")
    print(f"find        {timed(index.find, there)} ({lost} of 2,000 not found)")
    print(f"absent      {timed(index.find, absent)}")
    print(f"with place  {timed(lambda name: [index.row(row) for row in index.find(name)], there)}")
    print(f"loosely     {timed(index.find_loosely, there)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--places", type=int, default=4_000_000)
    parser.add_argument("--folder", type=Path, help="where the index is built and left; a temporary folder if not given")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure, options.places)
        return
    with tempfile.TemporaryDirectory() as temporary:
        path = (options.folder or Path(temporary)) / "synthetic.places"
        begin = time.perf_counter()
        build(path, portions(options.places), {"name": "synthetic"})
        took = time.perf_counter() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        size = path.stat().st_size
        print(f"build       {took:.1f} s, {options.places * 3 / took:,.0f} names a second, peak memory {peak:.0f} MB")
        print(f"size        {size / 1e6:.0f} MB, {size / options.places / 3:.1f} bytes a name", flush=True)
        subprocess.run([sys.executable, __file__, "--measure", str(path), "--places", str(options.places)], check=True)


if __name__ == "__main__":
    main()
