"""Decisions applied to claims can be taken away again, whatever they are; nothing else of the table changes."""

import dataclasses

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from merestone.decisions import applied, as_read, resolve, without_rejected
from merestone.decisions.values import FIELDS, canonical_value
from merestone.model import Claim, Correction, Review, from_table, to_json, to_table
from nouns import nouns

CLAIMS = st.lists(nouns(Claim), min_size=1, max_size=5, unique_by=lambda claim: claim.id).map(
    lambda claims: [dataclasses.replace(claim, review=None, because=()) for claim in claims]
)


@given(CLAIMS, CLAIMS, st.data())
@settings(max_examples=60, deadline=None)
def test_what_was_read_comes_back(claims, others, data):
    read = to_table(Claim, claims)
    reviews, expected = {}, []
    for claim in claims:
        if not data.draw(st.booleans()):
            expected.append(claim)
            continue
        other = to_json(data.draw(st.sampled_from(others)))
        corrections = tuple(
            Correction(
                field=field, was=canonical_value(to_json(claim)[field]), now=canonical_value(other[field]), decision="d-1",
                author="Anna",
            )
            for field in data.draw(st.lists(st.sampled_from(FIELDS), unique=True))
        )  # fmt: skip
        reviews[claim.id] = Review(status=data.draw(st.sampled_from(["read", "accepted", "rejected"])), corrections=corrections)
        source = next(one for one in others if to_json(one) == other)
        expected.append(
            dataclasses.replace(claim, review=reviews[claim.id], **{c.field: getattr(source, c.field) for c in corrections})
        )
    table = applied(read, reviews)
    assert [dataclasses.replace(one, because=()) for one in from_table(Claim, table)] == expected
    assert [one.rule for one in from_table(Claim, table)[0].because] == ["decision d-1"] * len(
        reviews.get(claims[0].id, Review()).corrections
    )
    assert as_read(table).equals(read)
    kept = [claim.id for claim in claims if reviews.get(claim.id, Review()).status != "rejected"]
    assert without_rejected(table)["id"].to_pylist() == kept


def test_a_table_from_before_there_were_decisions_is_left_as_it_is():
    old = to_table(Claim, []).drop_columns(["review"])
    assert as_read(old) is old


def test_no_review_changes_nothing():
    table = to_table(Claim, [])
    assert applied(table, resolve([], (), ()).reviews) is table
    assert isinstance(without_rejected(table), pa.Table)
