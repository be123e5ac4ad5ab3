"""``merestone decide``: the commands of reviewers. Each prints what ``merestone.decisions`` did; nothing is decided here."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from merestone.commands.shared import AsJson, CasePath, print_json

if TYPE_CHECKING:
    from merestone.model import DecisionKind

decide_app = typer.Typer(
    help="Review a record: accept, correct, join and split, and take it back.\n\n"
    "Every decision is signed with the author's key and stored in a chain that nobody edits; the next build applies it. "
    "Ids are those that `merestone show` prints.",
    epilog='Example: merestone decide reject border d3#4 --author "A. Petrosyan" --reason "says nothing of an attack"',
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Claims or incidents.", show_default=False)]
ClaimId = Annotated[str, typer.Argument(metavar="CLAIM", help="Id of the claim.", show_default=False)]
Why = Annotated[str, typer.Option("--reason", help="Why, in your words.", show_default=False)]
Who = Annotated[
    str | None, typer.Option("--author", help="Who decides; else MERESTONE_AUTHOR, else your login.", show_default=False)
]
Settles = Annotated[
    list[str] | None,
    typer.Option("--settles", metavar="DECISION", help="A decision in conflict that this one takes the place of; repeat."),
]
Request = Annotated[
    str | None, typer.Option("--request", metavar="KEY", help="Key of the request: the same one is stored once.")
]


def _decide(
    case: Path, kind: DecisionKind, targets: list[str], author: str | None, reason: str, request: str | None, as_json: bool,
    *, settles: list[str] | None = None, field: str | None = None, value: Any = None, pin: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    from merestone.case import Case
    from merestone.decisions import Desk, described
    from merestone.model import to_json

    with Desk(Case.open(case), author) as desk:
        if pin is not None:
            value = desk.pin_value(targets[0], **pin)
        decision = desk.decide(
            kind, targets, reason=reason, field=field, value=value, settles=settles or (), request=request
        )  # fmt: skip
        chain = {one.id: one for one in desk.chain()}
        outcome = next(one for one in desk.review().outcomes if one.decision == decision.id)
    if as_json:
        print_json({**to_json(decision), "outcome": dataclasses.asdict(outcome)})
    else:
        print(f"{decision.id}: {described(decision)}. `merestone build {case}` applies it.")
    for name in outcome.against:
        print(
            f"In conflict with {name} by {chain[name].author} ({described(chain[name])}): neither is applied until one of you "
            f"decides anew with --settles {name} --settles {decision.id}, or undoes one.",
            file=sys.stderr,
        )


@decide_app.command(epilog='Example: merestone decide accept border i-0d6c3d90d6a8 --reason "checked against the documents"')
def accept(
    case: CasePath, ids: Ids, reason: Why, author: Who = None, settles: Settles = None, request: Request = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Accept claims, or all claims of incidents."""
    _decide(case, "accept", ids, author, reason, request, as_json, settles=settles)


@decide_app.command(epilog='Example: merestone decide reject border d3#4 --reason "says nothing of an attack"')
def reject(
    case: CasePath, ids: Ids, reason: Why, author: Who = None, settles: Settles = None, request: Request = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Reject claims: they leave their incidents, and stay in the record as rejected."""
    _decide(case, "reject", ids, author, reason, request, as_json, settles=settles)


@decide_app.command(
    epilog='Example: merestone decide correct border d3#4 time 2022-09-12/2022-09-13 --reason "the night, not the day". '
    'Values: fire (event, act), ARM-MIL or none (speaker, actor, target), "near: Sotk; from: Kapan" (places), '
    '"killed 49; area about 50 km2" (quantities), "artillery; uav" (means); or JSON'
)
def correct(
    case: CasePath, claim: ClaimId,
    field: Annotated[
        str,
        typer.Argument(
            metavar="FIELD", help="event, act, speaker, actor, target, time, places, quantities or means.", show_default=False
        ),
    ],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="What it should be; none for nothing.", show_default=False)],
    reason: Why, author: Who = None, settles: Settles = None, request: Request = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Correct a field of a claim. What was read stays beside it."""
    _decide(case, "correct", [claim], author, reason, request, as_json, settles=settles, field=field, value=value)


@decide_app.command(epilog='Example: merestone decide merge border i-0d6c3d90d6a8 i-77a1b0c2d3e4 --reason "the same shelling"')
def merge(
    case: CasePath, ids: Ids, reason: Why, author: Who = None, settles: Settles = None, request: Request = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Join incidents, or single claims, into one incident."""
    _decide(case, "merge", ids, author, reason, request, as_json, settles=settles)


@decide_app.command(epilog='Example: merestone decide split border i-0d6c3d90d6a8 d3#4 --reason "another day"')
def split(
    case: CasePath,
    incident: Annotated[str, typer.Argument(metavar="INCIDENT", help="Id of the incident.", show_default=False)],
    claims: Annotated[list[str], typer.Argument(metavar="CLAIM...", help="Claims to split off it.", show_default=False)],
    reason: Why, author: Who = None, settles: Settles = None, request: Request = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Split claims off an incident."""
    _decide(case, "split", [incident, *claims], author, reason, request, as_json, settles=settles)


@decide_app.command(
    epilog='Example: merestone decide pin border d3#4 Sotk --lon 45.865 --lat 40.203 --radius 500 --reason "the farm, not the '
    'village", or merestone decide pin border d3#4 Sotk --place geonames:616041 --reason "the village"'
)
def pin(
    case: CasePath, claim: ClaimId,
    mention: Annotated[
        str, typer.Argument(metavar="MENTION", help="The place as the claim names it, or its number.", show_default=False)
    ],
    reason: Why,
    place: Annotated[str | None, typer.Option("--place", help="Id of a gazetteer place, for example geonames:616051.")] = None,
    lon: Annotated[float | None, typer.Option("--lon", help="Longitude in degrees, WGS 84.")] = None,
    lat: Annotated[float | None, typer.Option("--lat", help="Latitude in degrees, WGS 84.")] = None,
    radius: Annotated[float | None, typer.Option("--radius", help="It lies within so many metres of the position.")] = None,
    author: Who = None, settles: Settles = None, request: Request = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Say where a place that a claim names is."""
    where = {"mention": mention, "place": place, "lon": lon, "lat": lat, "radius_m": radius}
    _decide(case, "pin", [claim], author, reason, request, as_json, settles=settles, pin=where)


@decide_app.command(epilog='Example: merestone decide sensitive border d3#4 --reason "names a witness"')
def sensitive(
    case: CasePath, ids: Ids, reason: Why, author: Who = None, request: Request = None, as_json: AsJson = False
) -> None:  # fmt: skip
    """Mark claims or incidents as sensitive: exports leave them out."""
    _decide(case, "sensitive", ids, author, reason, request, as_json)


@decide_app.command(epilog='Example: merestone decide comment border i-0d6c3d90d6a8 --text "ask the mission for its log"')
def comment(
    case: CasePath, ids: Ids,
    text: Annotated[str, typer.Option("--text", "--reason", help="The comment.", show_default=False)],
    author: Who = None, request: Request = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Comment on claims or incidents; nothing else changes."""
    _decide(case, "comment", ids, author, text, request, as_json)


@decide_app.command(epilog='Example: merestone decide undo border d-2f6d1c0e9a4b --reason "I had misread the date"')
def undo(
    case: CasePath,
    decision: Annotated[str, typer.Argument(metavar="DECISION", help="Id of the decision.", show_default=False)],
    reason: Why, author: Who = None, request: Request = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Take a decision back, an undo included. Both stay in the chain."""
    _decide(case, "undo", [decision], author, reason, request, as_json)


@decide_app.command("list", epilog="Example: merestone decide list border --json")
def list_(case: CasePath, as_json: AsJson = False) -> None:
    """Print the decisions, and what the next build makes of each."""
    import shutil

    from merestone.case import Case
    from merestone.decisions import load, review
    from merestone.model import to_json
    from merestone.show import decision_lines

    opened = Case.open(case)
    chain = load(opened)
    outcomes = {one.decision: dataclasses.asdict(one) for one in review(opened, chain).outcomes}
    if as_json:
        print_json([{**to_json(one), "outcome": outcomes[one.id]} for one in chain])
        return
    width = min(shutil.get_terminal_size((100, 24)).columns, 120)
    for one in chain:
        for line in decision_lines(one, outcomes[one.id], width):
            print(line)


@decide_app.command(epilog="Example: merestone decide log border")
def log(case: CasePath, as_json: AsJson = False) -> None:
    """Print the chain: every decision with its number, hash and author, oldest first."""
    from merestone.case import Case
    from merestone.decisions import described, load
    from merestone.model import to_json

    chain = load(Case.open(case))
    if as_json:
        print_json([to_json(one) for one in chain])
        return
    for one in chain:
        at = one.decided_at.isoformat(timespec="seconds").replace("+00:00", "Z")
        print(f"{one.sequence}  {one.hash}  {at}  {one.author}: {described(one)}")


@decide_app.command(epilog='Example: merestone decide key --author "A. Petrosyan"')
def key(author: Who = None, as_json: AsJson = False) -> None:
    """Print an author's public key for case.toml; the private one is made where there is none yet."""
    from merestone.decisions.chain import public_text
    from merestone.decisions.keys import author_of, key_path, private_key

    name = author_of(author)
    public = public_text(private_key(name))
    if as_json:
        print_json({"name": name, "key": public, "file": str(key_path(name))})
        return
    print(f"[[reviewers]]\nname = {json.dumps(name, ensure_ascii=False)}\nkey = {json.dumps(public)}")
    print(f"The private key is {key_path(name)}; keep a copy, and show it to nobody.", file=sys.stderr)


@decide_app.command(epilog="Example: merestone decide copy border decisions.db")
def copy(
    case: CasePath,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="SQLite file of decisions.", show_default=False)],
) -> None:
    """Copy a chain from a file into the empty database that case.toml names."""
    from merestone.case import Case
    from merestone.decisions.copying import copy_from

    print(f"{copy_from(Case.open(case), file)} decisions are in the database.")
