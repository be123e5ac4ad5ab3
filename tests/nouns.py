"""Hypothesis strategies that fill every field of a noun, made from the model's own declarations."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import UTC, datetime
from typing import Any, Literal

import shapely
from hypothesis import strategies as st

from merestone import model

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(lambda t: t.replace(tzinfo=UTC))  # noqa: DTZ001
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=64)
DEGREES = st.floats(-80, 80, allow_nan=False)
GEOMETRIES = st.one_of(
    st.builds(lambda x, y: shapely.Point(x, y), DEGREES, DEGREES),
    st.lists(st.tuples(DEGREES, DEGREES), min_size=2, max_size=5).map(shapely.LineString),
    st.builds(lambda x, y: shapely.box(x, y, x + 1, y + 1), DEGREES, DEGREES),
).map(lambda geometry: shapely.to_wkb(geometry, byte_order=1))


def values(hint: Any, optional: bool = True) -> st.SearchStrategy[Any]:
    """Values of a type the model uses; with ``optional`` false, nothing is left empty."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        (inner,) = (a for a in arguments if a is not type(None))
        return st.none() | values(inner, optional) if optional else values(inner, optional)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return st.lists(values(arguments[0], optional), min_size=0 if optional else 1, max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(values(a, optional) for a in arguments))
    if dataclasses.is_dataclass(hint):
        return nouns(hint, optional)
    return {
        str: TEXT,
        int: st.integers(-(2**62), 2**62),
        float: NUMBERS,
        bool: st.booleans(),
        bytes: GEOMETRIES,
        datetime: INSTANTS,
    }[hint]


def nouns(cls: Any, optional: bool = True) -> st.SearchStrategy[Any]:
    """Instances of a noun with every field drawn."""
    return st.builds(cls, **{name: values(hint, optional) for name, hint, _ in model.fields(cls)})
