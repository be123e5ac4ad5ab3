"""Decisions, claims and documents made up for tests of the pure parts."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from merestone.decisions.anchors import Texts, anchor
from merestone.model import Decision

TEXT = "They fired at Sotk. They fired at Kapan. Two were killed near Sotk. A bridge was damaged."
DOCUMENT = {"id": "d", "item": "a" * 64, "part": 0, "text": TEXT}


def claim(identity, words, event="fire", text=TEXT, document="d", **fields):
    """A claim as a row, at the first place where the text has its words."""
    start = text.index(words)
    given = {
        "speaker": "ARM-MOD", "act": "asserts", "actor": None, "target": None, "time": None, "places": [], "quantities": [],
        "means": [],
    }  # fmt: skip
    return given | {"id": identity, "document": document, "span": [start, start + len(words)], "event": event} | fields


def place(name, text=TEXT, after=0):
    """A mention of a place."""
    start = text.index(name, after)
    return {"name": name, "span": [start, start + len(name)], "role": "at"}


SOTK = claim("d#0", "They fired at Sotk.", places=[place("Sotk")])
KAPAN = claim("d#1", "They fired at Kapan.", places=[place("Kapan")])
KILLED = claim("d#2", "Two were killed near Sotk.", event="killed", places=[place("Sotk", after=50)])
BRIDGE = claim("d#3", "A bridge was damaged.", event="damage")
CLAIMS = [SOTK, KAPAN, KILLED, BRIDGE]


class Chain:
    """A chain that is only numbered: what decisions mean does not depend on hashes."""

    def __init__(self, claims=CLAIMS, documents=(DOCUMENT,)):
        self.decisions = []
        self.claims = {one["id"]: one for one in claims}
        self.texts = Texts.of(documents)

    def add(self, kind, *targets, author="Anna", field=None, value=None, names=(), groups=None):
        """A decision about claims; a value is given as JSON has it; returns its id."""
        number = len(self.decisions)
        groups = groups or [0] * len(targets)
        anchors = (
            [anchor(self.claims[t], self.texts, g) for t, g in zip(targets, groups, strict=True)] if kind != "undo" else []
        )
        self.decisions.append(
            Decision(
                id=f"d-{number}", sequence=number, kind=kind, subjects=targets, anchors=tuple(anchors), field=field,
                value=None if value is None else json.dumps(value, separators=(",", ":"), sort_keys=True), names=tuple(names),
                reason="because", author=author, key="", decided_at=datetime(2026, 1, 1, tzinfo=UTC), request=str(number),
                previous=None, hash="", signature="",
            )
        )  # fmt: skip
        return f"d-{number}"

    def undo(self, name, author="Anna"):
        """Undo a decision."""
        return self.add("undo", name, author=author, names=(name,))
