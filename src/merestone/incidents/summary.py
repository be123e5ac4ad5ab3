"""One neutral sentence about who says what. It is put together from parts and never says which version is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from merestone.case import Case
from merestone.incidents import wording
from merestone.incidents.compare import CASUALTIES
from merestone.incidents.prepare import Prepared, plain
from merestone.incidents.versions import speakers
from merestone.model import UNREAD, Comparison, CounterAccusation, IncidentPlace, Moments, PlaceRole

_ACT_WORDS = {
    "demands": ("demands", "demand"),
    "proposes": ("makes a proposal on", "make a proposal on"),
    "pledges": ("makes a pledge on", "make a pledge on"),
    "warns": ("warns of", "warn of"),
    "evaluates": ("comments on", "comment on"),
}
_BY_NEARNESS: tuple[PlaceRole, ...] = ("at", "near", "direction", "along", "to", "from")
_WIDE_M = 20_000.0
"""A sentence names a place larger than this only where there is no smaller one."""
_NUMBERS = ("area", *CASUALTIES)
_ROLE_WORDS: dict[PlaceRole, str] = {
    "at": "at", "from": "from", "to": "towards", "along": "along", "direction": "in the direction of", "near": "near",
}  # fmt: skip


def summarise(
    p: Prepared,
    members: Sequence[int],
    event: str,
    time: Moments | None,
    places: Sequence[IncidentPlace],
    compared: Sequence[Comparison],
    denials: Mapping[int, tuple[str, ...]],
    accusations: Sequence[CounterAccusation],
    case: Case,
) -> str:
    """The sentence that stands above an incident."""
    parts = [_said(p, members, event, time, places, case)]
    who = next((c for c in compared if c.question == "who"), None)
    if who is not None and who.agreement == "conflict":
        parts.append(_accusations(who, accusations, case))
    denying = [code for code, own in _by_group(p, members).items() if any(denials.get(i) for i in own)]
    half = [code for code in denying if any(p.rows[i]["act"] == "asserts" and p.groups[i][0] == code for i in members)]
    parts += [f"{wording.group_name(code, case)} denies a part of what others say" for code in half]
    parts += [_number(c, case) for c in compared if c.agreement == "conflict" and c.question.partition(":")[0] in _NUMBERS]
    parts += _silences(p, members, case)
    sentence = "; ".join(part for part in parts if part) + "."
    return sentence[:1].upper() + sentence[1:]


def _around(p: Prepared, members: Sequence[int], time: Moments | None, places: Sequence[IncidentPlace]) -> str:
    roles: dict[str, PlaceRole] = {}
    for i in members:
        located = p.locations.get(p.rows[i]["id"], [])
        entries = {entry["mention"]: entry["place"] for entry in located}
        bare = [entry for entry in located if entry["mention"] < 0 and entry["role"] != "direction"]  # coordinates
        bare = [] if p.groups[i][1] == "sensor" else bare
        roles |= {plain(entry["name"]): entry["role"] for entry in bare}
        for n, mention in enumerate(p.rows[i]["places"]):
            key = entries.get(n) or plain(mention["name"])
            roles[key] = min(roles.get(key, mention["role"]), mention["role"], key=_BY_NEARNESS.index)
    ranked = sorted(
        (
            # where a bearing points is no name that a claim gives, and says itself how it lies
            ((place.radius_m or 0) > _WIDE_M, _BY_NEARNESS.index(roles.get(place.place or plain(place.name), "near")), n)
            for n, place in enumerate(places)
        ),
    )
    text = ""
    if ranked:
        _, role, n = ranked[0]
        others = f" and {len(places) - 1} other place{'s' if len(places) > 2 else ''}" if len(places) > 1 else ""
        named = (places[n].place or plain(places[n].name)) in roles
        text += f" {_ROLE_WORDS[_BY_NEARNESS[role]]} {places[n].name}{others}" if named else f" {places[n].name}{others}"
    if time is not None:
        text += (
            f" on {wording.day(time[0])}" if time[0] == time[1] else f" from {wording.day(time[0])} to {wording.day(time[1])}"
        )
    return text


def _by_group(p: Prepared, members: Sequence[int]) -> dict[str, list[int]]:
    return {code: [i for i in members if p.groups[i][0] == code] for code, _ in speakers(p, members)}


def _named(p: Prepared, members: Sequence[int], code: str, case: Case) -> str:
    """A speaker group by name, with the offices that spoke."""
    offices = sorted({p.rows[i]["speaker"] for i in members if p.groups[i][0] == code} - {code, "UNKNOWN"})
    return wording.group_name(code, case) + (f" ({', '.join(offices)})" if offices else "")


def _said(
    p: Prepared, members: Sequence[int], event: str, time: Moments | None, places: Sequence[IncidentPlace], case: Case
) -> str:
    around = _around(p, members, time, places)
    phrase, demanded = wording.event_phrases()[event]
    acts = {code: {p.rows[i]["act"] for i in own} for code, own in _by_group(p, members).items()}
    chosen: list[tuple[str, str, list[str]]] = [
        ("reports", "report", [code for code, own in acts.items() if "asserts" in own]),
        ("denies", "deny", [code for code, own in acts.items() if "denies" in own and "asserts" not in own]),
    ]
    for act, (one, many) in _ACT_WORDS.items():
        chosen.append((one, many, [code for code, own in acts.items() if act in own and not own & {"asserts", "denies"}]))
    sensing = [] if event in UNREAD else _sensing(p, members)
    chosen = [(one, many, [code for code in codes if code not in sensing]) for one, many, codes in chosen]
    clauses: list[str] = []
    for one, many, codes in chosen:
        if codes:
            named = wording.listed(_named(p, members, code, case) for code in codes)
            thing = "it" if clauses else (demanded if one == "demands" else phrase) + around
            clauses.append(f"{named} {many if len(codes) > 1 else one} {thing}")
    if sensing:
        clauses.append(f"{wording.listed(_named(p, members, code, case) for code in sensing)} saw burning there")
    return "; ".join(clauses)


def _sensing(p: Prepared, members: Sequence[int]) -> list[str]:
    """Speaker groups that only report what no text is read as: heat is not fire in the sense of shooting."""
    return [code for code, own in _by_group(p, members).items() if all(p.rows[i]["event"] in UNREAD for i in own)]


def _accusations(who: Comparison, accusations: Sequence[CounterAccusation], case: Case) -> str:
    """Who is said to have acted, where the answers differ."""
    speaking = [answer.speaker for answer in who.answers]
    others = [wording.group_name(speaking[1 - n], case) for n in range(2)] if len(speaking) == 2 else []
    if others and [answer.value for answer in who.answers] == others:
        return accusations[0].words if accusations else "each says the other acted"
    named = (f"{wording.group_name(a.speaker, case)} names {a.value}" for a in who.answers)
    return f"they differ on who acted: {', '.join(named)}"


def _number(compared: Comparison, case: Case) -> str:
    kind, _, side = compared.question.partition(":")
    thing = (
        "the area" if kind == "area" else f"how many {'of ' + wording.group_name(side, case) + ' ' if side else ''}were {kind}"
    )
    return f"on {thing} they differ: {compared.difference}"


def _silences(p: Prepared, members: Sequence[int], case: Case) -> list[str]:
    """What the record does not hold: a party that is named and says nothing, and any report by someone else than a party."""
    if not any(p.rows[i]["act"] in ("asserts", "denies") for i in members):
        return []
    kinds = {p.groups[i][1] for i in members}
    said = {p.groups[i][0] for i in members if p.groups[i][1] == "party"}
    named = {p.states[int(code)] for i in members for code in (p.actor[i], p.target[i]) if code >= 0}
    silent = [wording.group_name(code, case) for code in case.parties if code in named - said]
    out = [f"{wording.listed(silent)} {'say' if len(silent) > 1 else 'says'} nothing of it in this record"] if silent else []
    return out if kinds - {"party"} else [*out, "no independent report in the record"]
