"""A document's claims for reading on a terminal."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from merestone.model import Claim, Document, Mention, Quantity, Reason
from merestone.reading.explain import explained, marked, print_explained

TEXT = "On 5 May [sic] two soldiers were killed near Goris by mortar fire."


KILLED = (TEXT.index("killed"), TEXT.index("killed") + len("killed"))


def claim(**given_: object) -> Claim:
    start = TEXT.index("two")
    values: dict[str, object] = {
        "id": "d#0", "document": "d", "span": (start, len(TEXT)), "speaker": "ARM-MOD", "act": "asserts", "event": "killed",
        "actor": "AZE-MIL", "time": ("2023-05-05", "2023-05-05"), "confidence": 0.91,
        "places": (Mention(name="Goris", span=(TEXT.index("Goris"), TEXT.index("Goris") + 5), role="near"),),
        "quantities": (Quantity(what="killed", value=2.0, unit="1"),), "means": ("mortar",),
        "because": (
            Reason(field="event", rule="sure trigger: killed", words="killed", span=KILLED, confidence=0.91),
            Reason(field="means", rule="weapon: mortar", words="mortar"),
        ),
    }  # fmt: skip
    return Claim(**{**values, **given_})  # type: ignore[arg-type]


def printed(*claims: Claim) -> str:
    out = io.StringIO()
    document = Document(id="d", item="0" * 64, part=0, title="A [title]", text=TEXT)
    print_explained(document, claims, Console(file=out, width=120))
    return out.getvalue()


def test_the_text_stands_there_with_its_claims_marked() -> None:
    assert "On 5 May [sic] ⟦1 two soldiers were killed near Goris by mortar fire.⟧" in printed(claim())


def test_every_field_has_its_value_and_the_words_behind_it() -> None:
    lines = list(explained(TEXT, claim(), 1))
    assert any("killed" in line and "sure trigger: killed “killed” 91%" in line for line in lines)
    assert any("means" in line and "mortar" in line and "weapon: mortar “mortar”" in line for line in lines)
    assert any("places" in line and "near Goris" in line for line in lines)
    assert any("91% sure" in line for line in lines)


def test_a_document_without_claims_says_so() -> None:
    assert "No claims." in printed()


@given(st.lists(st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 40)), max_size=8))
def test_what_is_marked_is_the_text_and_every_claim_that_opens_closes(spans: list[tuple[int, int]]) -> None:
    claims = [claim(span=(start, min(start + length, len(TEXT)))) for start, length in spans]
    plain = marked(TEXT, claims).plain
    assert plain.count("⟦") == plain.count("⟧") == len(claims)
    for number in range(1, len(claims) + 1):
        plain = plain.replace(f"⟦{number} ", "", 1)
    assert plain.replace("⟧", "") == TEXT
