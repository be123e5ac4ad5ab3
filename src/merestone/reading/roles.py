"""Who did it, and to whom: the actor and the target of a claim.

Every state that the claim, its sentence, its speaker or the claims before bring into play is weighed by the features of
``role_features``; their weights (``roles.tsv``) were fitted on annotated documents by ``training/fit_roles.py``. The reason
kept with a claim is the feature that spoke most for the choice. The sector is read off the words that name the chosen state,
else taken from ``role_sectors.tsv`` by event.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from spacy.tokens import Doc

from merestone.case import STATE_SECTORS
from merestone.model import Reason
from merestone.reading.actors import ActorMention, actor_code, armed_groups, bodies
from merestone.reading.context import Candidate, Context
from merestone.reading.docs import text_of
from merestone.reading.role_features import Previous, Situation, features, situation_of
from merestone.reading.vocabulary import rows
from merestone.reading.weights import strongest, total, weights

_SIDE_ACTS_BY_FORCE = frozenset(
    ("fire", "attack", "incursion", "occupation", "withdrawal", "buildup", "fortification", "killed", "wounded", "captured",
     "missing", "mines", "overflight", "ceasefire_violation", "weapons_violation", "damage", "torture")
)  # fmt: skip


@cache
def _usual_sectors() -> Mapping[tuple[str, str], str]:
    sectors = sorted(STATE_SECTORS)
    return {
        (row["event"], role): row.one_of(role, sectors)
        for row in rows("role_sectors.tsv", ("event", "actor", "target"))
        for role in ("actor", "target")
    }


def roles_of_claim(
    doc: Doc, candidate: Candidate, context: Context, speaker: str, previous: Previous
) -> tuple[str | None, str | None, tuple[Reason, ...]]:
    """Actor code and target code of a claim, each None where the text does not say, and why."""
    situation = situation_of(doc, candidate, context, speaker, previous)
    actor_state, actor_rule = choose(situation, "actor")
    target_state, target_rule = choose(situation, "target", actor_state)
    actor, actor_words = _code(situation, actor_state, "actor")
    target, target_words = _code(situation, target_state, "target")
    because = []
    for field, code, rule, mention in (
        ("actor", actor, actor_rule, actor_words), ("target", target, target_rule, target_words)
    ):  # fmt: skip
        if code is not None:
            span = mention.span if mention else None
            because.append(Reason(field=field, rule=rule, words=text_of(doc)[slice(*span)] if span else "", span=span))
    return actor, target, tuple(because)


def choose(
    situation: Situation, role: str, actor: str | None = None, known: Mapping[str, float] | None = None
) -> tuple[str | None, str]:
    """The state that the weights prefer, and the feature that spoke most for it. Ties go to the state met first."""
    known = weights("roles.tsv", "role")[role] if known is None else known
    best: tuple[float, str | None, str] | None = None
    for state in situation.states():
        found = features(situation, state, role, actor)
        score = total(known, found)
        if best is None or score > best[0] + 1e-9:
            best = (score, state, strongest(known, found))
    return (None, "nobody") if best is None else best[1:]


def _code(situation: Situation, state: str | None, role: str) -> tuple[str | None, ActorMention | None]:
    """The chosen state with its sector, and the mention that the sector was read off."""
    if state is None:
        return None, None
    event = situation.candidate.event
    start, end = situation.candidate.start, situation.candidate.end
    own = [m for m in situation.mentions if situation.state(m) == state]
    own.sort(key=lambda m: (not (start <= m.span[0] < end), abs(m.head - situation.trigger.i)))
    mention = next(iter(own), None)
    body = state in bodies()
    usual = _usual_sectors().get((event, role), "GOV")
    if mention is None or mention.modifier:
        sector: str | None = usual
        if role == "target":
            roles = [m.sector for m in situation.mentions if m.kind == "role" and start <= m.span[0] < end]
            sector = next((s for s in roles if s in ("CIV", "PRISONER", "MIL")), usual)
        if body:
            sector = mention.sector if mention and mention.sector else "MIL" if sector == "MIL" and mention is None else None
    elif mention.sector == "SIDE" or (mention.kind in ("self", "other") and mention.sector is None):
        sector = "MIL" if event in _SIDE_ACTS_BY_FORCE else "GOV"
    elif mention.sector in ("TERR", "CIV", "PRISONER") if role == "actor" else mention.sector is None and not body:
        sector = usual
    else:
        sector = mention.sector
    if state in armed_groups() and sector is None and event in _SIDE_ACTS_BY_FORCE:
        sector = "MIL"
    return actor_code(state, sector, body), mention
