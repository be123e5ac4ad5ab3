"""Deciding: what is stored is signed and anchored; what cannot be decided is refused, and nothing is stored."""

import base64
import json
import sqlite3
import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from merestone.case import Case
from merestone.decisions import Desk, decide, load, review, verify_decisions
from merestone.decisions.chain import Draft, Tail, public_text, sealed, signature_holds
from merestone.decisions.keys import author_of, key_path, private_key
from merestone.errors import MerestoneError
from merestone.model import Decision, to_json, to_table
from merestone.record import current_folder, read_tables, write_record
from small_record import SAID


def decided(case, kind, *targets, author="Anna", reason="looked it up", **more):
    return decide(case, kind, targets, author=author, reason=reason, **more)


def test_a_decision_says_who_what_when_and_why_and_is_signed(case):
    decision = decided(case, "reject", "said#0")
    assert (decision.kind, decision.author, decision.reason) == ("reject", "Anna", "looked it up")
    assert decision.decided_at.tzinfo is not None
    assert decision.id == f"d-{decision.hash[:12]}"
    (anchor,) = decision.anchors
    assert SAID[slice(*anchor.span)] == anchor.words == "At 00:05 their units fired at Sotk"
    assert (anchor.item, anchor.part, anchor.event, anchor.claim) == ("s" * 64, 0, "fire", "said#0")
    signed = {name: value for name, value in to_json(decision).items() if name not in ("id", "hash", "signature")}
    content = json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(decision.key))
    key.verify(base64.b64decode(decision.signature), content)  # raises where it does not hold


def test_a_decision_about_an_incident_is_about_its_claims(case):
    decision = decided(case, "accept", "i-000000000001")
    assert decision.subjects == ("i-000000000001",)
    assert {anchor.claim for anchor in decision.anchors} == {"said#0", "said#1", "denied#0"}


def test_a_merge_keeps_what_was_in_which_incident(case):
    decision = decided(case, "merge", "i-000000000001", "i-000000000002")
    assert [anchor.group for anchor in decision.anchors] == [0, 0, 0, 1]


def test_a_split_keeps_what_goes_and_what_stays(case):
    decision = decided(case, "split", "i-000000000001", "said#1")
    assert {anchor.claim: anchor.group for anchor in decision.anchors} == {"said#0": 0, "said#1": 1, "denied#0": 0}


def test_a_pin_takes_a_mention_by_name_or_number(case):
    with Desk(case, "Anna") as desk:
        by_name = desk.pin_value("said#0", "Sotk", lon=45.9, lat=40.2, radius_m=300)
        assert desk.pin_value("said#0", "0", lon=45.9, lat=40.2, radius_m=300) == by_name
        assert desk.decide("pin", ["said#0"], reason="the post", value=by_name).field == "places"
        place = desk.pin_value("said#0", "Sotk", place="geonames:616041")
        assert json.loads(desk.decide("pin", ["said#0"], reason="the village", value=place).value)["place"] == "geonames:616041"


NOTHING = {"reason": "looked it up"}


@pytest.mark.parametrize(
    ("code", "kind", "targets", "more"),
    [
        ("M628", "accept", ["said#9"], {}),
        ("M628", "accept", ["i-ffffffffffff"], {}),
        ("M628", "undo", ["d-ffffffffffff"], {}),
        ("M628", "correct", ["said#0"], {"field": "colour", "value": "red"}),
        ("M628", "correct", ["i-000000000001"], {"field": "event", "value": "attack"}),
        ("M628", "split", ["i-000000000001", "nothing#0"], {}),
        ("M628", "accept", ["said#0"], {"settles": ["d-ffffffffffff"]}),
        ("M629", "correct", ["said#0"], {"field": "event", "value": "war"}),
        ("M629", "pin", ["said#0"], {"value": {"mention": {"name": "Sotk", "span": [0, 4], "role": "at"}}}),
        ("M629", "pin", ["said#0"], {"value": "Sotk"}),
        ("M630", "accept", [], {}),
        ("M630", "accept", ["said#0", "said#0"], {}),
        ("M630", "correct", ["said#0"], {"field": "event", "value": "fire"}),
        ("M630", "correct", ["said#0", "said#1"], {"field": "event", "value": "attack"}),
        ("M630", "merge", ["i-000000000001"], {}),
        ("M630", "merge", ["i-000000000001", "said#0"], {}),
        ("M630", "merge", ["said#0", "said#1"], {}),
        ("M630", "split", ["i-000000000001"], {}),
        ("M630", "split", ["said#0", "said#1"], {}),
        ("M630", "split", ["i-000000000001", "hostile/../<x>#0"], {}),
        ("M630", "split", ["i-000000000001", "said#0", "said#1", "denied#0"], {}),
        ("M630", "undo", ["d-1", "d-2"], {}),
        ("M630", "comment", ["said#0"], {"settles": ["d-ffffffffffff"]}),
        ("M108", "accept", ["said#0"], {"reason": "  "}),
        ("M108", "accept", ["said#0"], {"reason": "x" * 10_001}),
        ("M108", "accept", ["said#0"], {"reason": "\x1b[2J"}),
        ("M108", "accept", ["said#0"], {"request": ""}),
        ("M108", "accept", ["said#0"], {"author": " Anna"}),
        ("M108", "accept", ["said#0"], {"author": "Anna\nBoris"}),
        ("M108", "accept", ["said#0"], {"author": "x" * 101}),
    ],
)
def test_what_cannot_be_decided_is_refused_and_nothing_is_stored(case, code, kind, targets, more):
    with pytest.raises(MerestoneError) as error:
        decided(case, kind, *targets, **more)
    assert error.value.code == code
    assert load(case) == []
    assert not (case.folder / "decisions.db").exists()


def test_a_case_without_a_record_says_what_comes_first(case):
    (case.records / "current").unlink()
    with pytest.raises(MerestoneError) as error:
        decided(case, "accept", "said#0")
    assert error.value.code == "M601"


def test_nothing_is_undone_twice(case):
    first = decided(case, "accept", "said#0")
    decided(case, "undo", first.id)
    with pytest.raises(MerestoneError) as error:
        decided(case, "undo", first.id)
    assert error.value.code == "M630"
    assert len(load(case)) == 2


def test_only_what_is_in_conflict_is_settled(case):
    one = decided(case, "accept", "said#0")
    with pytest.raises(MerestoneError) as error:
        decided(case, "reject", "said#0", settles=[one.id])
    assert error.value.code == "M630"
    other = decided(case, "reject", "said#0", author="Boris")
    decided(case, "reject", "said#0", author="Boris", settles=[one.id, other.id])
    assert review(case).reviews["said#0"].status == "rejected"


# --------------------------------------------------------------------------------------------------------------------------
# keys


def test_a_private_key_is_made_once_for_its_owner_only(tmp_path):
    key = private_key("Anna Ա./\\", tmp_path / "keys")
    path = key_path("Anna Ա./\\", tmp_path / "keys")
    assert path.parent == tmp_path / "keys"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert public_text(private_key("Anna Ա./\\", tmp_path / "keys")) == public_text(key)
    assert public_text(private_key("Boris", tmp_path / "keys")) != public_text(key)
    assert {p.name for p in (tmp_path / "keys").iterdir()} == {path.name, "author Boris.pem"}
    assert key_path("Ա" * 100).name.isascii()


def test_the_author_is_given_or_known_to_the_system(monkeypatch):
    monkeypatch.setenv("LOGNAME", "login")
    assert author_of(None) == "login"
    monkeypatch.setenv("MERESTONE_AUTHOR", "Anna")
    assert author_of(None) == "Anna"
    assert author_of("Boris") == "Boris"


def test_another_key_under_the_same_name_is_refused(case):
    decided(case, "accept", "said#0")
    key_path("Anna").unlink()
    with pytest.raises(MerestoneError) as error:
        decided(case, "accept", "said#1")
    assert error.value.code == "M626"
    assert len(load(case)) == 1
    decided(case, "accept", "said#1", author="Boris")


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", b"\xff" * 100])
def test_a_damaged_key_is_named(case, content):
    key_path("Anna").parent.mkdir(parents=True, exist_ok=True)
    key_path("Anna").write_bytes(content)
    with pytest.raises(MerestoneError) as error:
        decided(case, "accept", "said#0")
    assert error.value.code == "M627"
    assert load(case) == []


def test_a_key_of_another_kind_is_named(case):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    key_path("Anna").parent.mkdir(parents=True, exist_ok=True)
    key_path("Anna").write_bytes(
        X25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    with pytest.raises(MerestoneError) as error:
        decided(case, "accept", "said#0")
    assert error.value.code == "M627"


def listing(case, *entries):
    text = (case.folder / "case.toml").read_text(encoding="utf-8")
    tables = "".join(f'\n[[reviewers]]\nname = "{name}"\nkey = "{key}"\n' for name, key in entries)
    (case.folder / "case.toml").write_text(text + tables, encoding="utf-8")
    return Case.open(case.folder)


def test_a_case_may_list_who_decides(case):
    listed = listing(case, ("Anna", public_text(private_key("Anna"))), ("Boris", public_text(Ed25519PrivateKey.generate())))
    decided(listed, "accept", "said#0")
    for author, code in (("Clara", "M632"), ("Boris", "M626")):
        with pytest.raises(MerestoneError) as error:
            decided(listed, "accept", "said#0", author=author)
        assert error.value.code == code
    assert verify_decisions(listed) == []


# --------------------------------------------------------------------------------------------------------------------------
# a chain that somebody has changed


@pytest.fixture
def tampered(case):
    """Run statements in the database with its triggers removed."""
    for number in range(4):
        decided(case, "comment", "said#0", reason=f"number {number}", author=("Anna", "Boris")[number % 2])

    def run(*statements):
        connection = sqlite3.connect(case.folder / "decisions.db", isolation_level=None)
        for name in ("follows", "never_changes", "never_goes"):
            connection.execute(f"DROP TRIGGER merestone_decision_{name}")
        for statement, *parameters in statements:
            connection.execute(statement, parameters)
        connection.close()
        return [(finding.code, finding.text) for finding in verify_decisions(case)]

    return run


def all_refuse(case, sequence):
    """A broken chain is not built from, and not added to."""
    for function in (lambda: load(case), lambda: decided(case, "accept", "said#0"), lambda: review(case)):
        with pytest.raises(MerestoneError) as error:
            function()
        assert error.value.code == "M625"
        assert f"decision {sequence}:" in str(error.value)


def test_changed_words_are_found(case, tampered):
    ((code, text),) = tampered(("UPDATE merestone_decision SET content = replace(content, 'number 1', 'number 7')",))
    assert code == "V401"
    assert "decision 1 " in text
    all_refuse(case, 1)


@pytest.mark.parametrize(("column", "sequence"), [("author", 1), ("request", 1), ("key", 1), ("hash", 3)])
def test_a_changed_column_is_found(case, tampered, column, sequence):
    changed = f"UPDATE merestone_decision SET {column} = '{'f' * 64}' WHERE sequence = {sequence}"
    ((code, text),) = tampered((changed,))
    assert code == "V401"
    assert f"decision {sequence} " in text
    all_refuse(case, sequence)


def test_a_removed_decision_is_found(case, tampered):
    ((code, text),) = tampered(("DELETE FROM merestone_decision WHERE sequence = 1",))
    assert code == "V402"
    assert "decision 2 " in text
    all_refuse(case, 2)


def test_a_changed_signature_is_found(case, tampered):
    other = base64.b64encode(bytes(64)).decode()
    ((code, text),) = tampered(("UPDATE merestone_decision SET signature = ? WHERE sequence = 2", other))
    assert code == "V403"
    assert "decision 2 " in text
    all_refuse(case, 2)


def test_a_decision_under_another_name_is_found(case, tampered):
    last = load(case)[-1]
    draft = Draft(kind="comment", subjects=("said#0",), reason="forged", author="Anna", request="forged")
    row = sealed(draft, Tail(last.sequence, last.hash), Ed25519PrivateKey.generate(), last.decided_at)
    assert signature_holds(row)
    names = ("sequence", "previous", "hash", "request", "author", "key", "content", "signature")
    values = [getattr(row, name) for name in names]
    ((code, text),) = tampered(("INSERT INTO merestone_decision VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *values))
    assert code == "V404"
    assert "decision 4 " in text
    all_refuse(case, 4)


@pytest.mark.parametrize("content", ["", "[]", "{}", "[" * 10_000, '{"kind": "accept"}', "null"])
def test_any_content_is_judged(case, tampered, content):
    found = tampered(("UPDATE merestone_decision SET content = ? WHERE sequence = 0", content))
    assert found[0][0] == "V401"
    all_refuse(case, 0)


def test_decisions_cut_off_at_the_end_are_found_by_the_record(case, tampered):
    from merestone.decisions import check_complete

    tables = read_tables(current_folder(case))
    write_record(case, tables | {"decisions": to_table(Decision, load(case))}, {})
    assert tampered() == []
    connection = sqlite3.connect(case.folder / "decisions.db", isolation_level=None)
    connection.execute("DELETE FROM merestone_decision WHERE sequence = 3")
    connection.close()
    assert [finding.code for finding in verify_decisions(case)] == ["V406"]
    with pytest.raises(MerestoneError) as error:
        check_complete(case, load(case))
    assert error.value.code == "M633"
