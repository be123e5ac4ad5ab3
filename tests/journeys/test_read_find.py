"""What else a document tells, on the command line: events between two sides, quotations, attacks; one a line."""

import json
import re
from pathlib import Path

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to.md"


def test_dyads_prints_one_event_a_line_in_place_of_claims(tmp_path, merestone):
    path = tmp_path / "wire.txt"
    path.write_text("Togolese troops opened fire at Beninese positions. Ghana urged Togo to withdraw, officials said.\n")
    done = merestone("read", path, "--source", "GHA-MFA", "--published", "2023-09-13", "--find", "dyads", status=0)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    fields = ["document", "source", "target", "cameo", "plover", "acled", "speaker", "words", "span", "claim"]
    assert all(list(event) == fields for event in events)
    found = {(event["source"], event["target"], event["cameo"], event["plover"]) for event in events}
    assert {("TGO", "BEN", "19", "ASSAULT"), ("GHA", "TGO", "10", "REQUEST")} <= found
    assert all(event["words"] == path.read_text()[slice(*event["span"])] for event in events)


def test_the_how_to_shows_what_is_printed(tmp_path, merestone):
    section = HOW_TO.read_text(encoding="utf-8").split("## Keep event data in PLOVER or CAMEO")[1].split("\n## ")[0]
    text = re.search(r"```text\n(.*?)```", section, re.DOTALL)
    shown = re.search(r"```json\n(.*?)```", section, re.DOTALL)
    (tmp_path / "news.txt").write_text(text[1], encoding="utf-8")
    done = merestone("read", "news.txt", "--find", "dyads", cwd=tmp_path, status=0)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[2] == json.loads(shown[1])
    assert [(event["source"], event["target"]) for event in events[:2]] == [("SWE", "NOR"), ("NOR", "SWE")]


def test_dyads_and_explain_exclude_each_other(tmp_path, merestone):
    (tmp_path / "wire.txt").write_text("Togo praised Benin.")
    done = merestone("read", tmp_path / "wire.txt", "--find", "dyads", "--explain", status=2)
    assert "--explain" in done.stderr
    assert done.stdout == ""


def test_bad_input_is_one_sentence(tmp_path, merestone):
    done = merestone("read", "nothing.txt", "--find", "dyads", cwd=tmp_path, status=2)
    assert done.stderr.startswith("merestone: M101: ")
    assert len(done.stderr.strip().splitlines()) == 1


def test_quotations_and_attacks_are_printed_one_a_line(tmp_path, merestone):
    text = "“We will not leave our homes,” the mayor said. Terrorists had killed her husband with a bomb.\n"
    (tmp_path / "news.txt").write_text(text, encoding="utf-8")
    quotes = merestone("read", "news.txt", "--find", "quotes", cwd=tmp_path, status=0).stdout.splitlines()
    assert [json.loads(line)["cue"] for line in quotes] == ["said"]
    attacks = [
        json.loads(line)
        for line in merestone("read", "news.txt", "--find", "attacks", cwd=tmp_path, status=0).stdout.splitlines()
    ]
    assert {"document", "part", "words", "span", "confidence"} == set(attacks[0])
    assert all(text[slice(*row["span"])] == row["words"] for row in attacks)
