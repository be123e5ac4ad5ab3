"""Every vocabulary is checked when it is loaded, and a mistake is named with its file and line."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from merestone.errors import MerestoneError
from merestone.reading import scope, vocabulary
from merestone.reading.actor_mentions import entries, kinds, sector_words
from merestone.reading.encoding import opponents
from merestone.reading.features import place_nouns, speech_verbs
from merestone.reading.function_words import function_words
from merestone.reading.ontologies import ontologies_of
from merestone.reading.triggers import trigger_forms

DATA = Path(str(resources.files("merestone.reading").joinpath("data")))
TABLES = sorted(path.name for path in DATA.glob("*.tsv"))
BROKEN: list[tuple[str, str, Callable[[], Any]]] = [
    ("triggers.tsv", "explode-ish\tboom\tverb\tsure", trigger_forms),
    ("triggers.tsv", "fire\tboom\tverb\tcertain", trigger_forms),
    ("triggers.tsv", "fire\tboom\tverb", trigger_forms),
    ("organisations.tsv", "XXX\tclub\tThe Club\t\t", kinds),
    ("organisations.tsv", "XXX\tclub\tThe Club\t\t", entries),
    ("sectors.tsv", "NAVY\tnavy", sector_words),
    ("opponents.tsv", "ARM\tAZE\tlong ago\t", opponents),
    ("ontologies.tsv", "fire\tshouts\t-\t-\t-\t-", lambda: ontologies_of("fire", "asserts")),
    ("place_words.tsv", "sea\tocean", place_nouns),
    ("speech.tsv", "too\tmany\tcells", speech_verbs),
    ("function_words.tsv", "adorns\toh", function_words),
    ("scope_words.tsv", "army\tmuch", scope.weights),
]


@pytest.mark.parametrize("name", TABLES)
def test_a_table_says_what_it_holds(name: str) -> None:
    assert (DATA / name).read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize(("name", "line", "load"), BROKEN, ids=[f"{name} {number}" for number, (name, *_) in enumerate(BROKEN)])
def test_a_mistake_is_named_with_its_file_and_line(
    name: str, line: str, load: Callable[[], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for table in TABLES:
        (tmp_path / table).write_text((DATA / table).read_text(encoding="utf-8"), encoding="utf-8")
    with (tmp_path / name).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    number = len((tmp_path / name).read_text(encoding="utf-8").splitlines())
    monkeypatch.setattr(vocabulary, "data_folder", lambda: tmp_path)
    forget()
    try:
        with pytest.raises(MerestoneError, match=rf"{name}.* {number}\b"):
            load()
    finally:
        monkeypatch.undo()
        forget()


def forget() -> None:
    from merestone.reading import ontologies

    for cached in (
        trigger_forms,
        kinds,
        entries,
        sector_words,
        opponents,
        function_words,
        ontologies._table,
        place_nouns,
        speech_verbs,
        scope.weights,
    ):
        cached.cache_clear()
