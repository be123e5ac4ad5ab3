"""A printable report of a plan: one HTML file with its map and tables inside, which opens without a network."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

from merestone import __version__
from merestone.withdrawal.balance import LABELS, Sheet, differences
from merestone.withdrawal.map_drawing import COLOURS, draw
from merestone.withdrawal.plan import Plan, as_json
from merestone.withdrawal.positions import Judged

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#111}"
    "table{border-collapse:collapse;margin:.5rem 0 1.5rem;width:100%}"
    "th,td{border:1px solid #bbb;padding:.25rem .5rem;text-align:left;vertical-align:top}"
    "td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
    "h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}.note{color:#444}"
    "svg{width:100%;height:auto;border:1px solid #bbb}.wide{overflow-x:auto}"
    "i.key{display:inline-block;width:.9em;height:.9em;margin-right:.3em;print-color-adjust:exact;-webkit-print-color-adjust:exact}"
    # a table may go on over the page with its head again, a map may not; long words part before a table is cut off at the edge
    "@media print{@page{margin:12mm}body{margin:0;padding:0;max-width:none;font-size:10pt}.wide{overflow:visible}"
    "table{font-size:8pt}td.long{overflow-wrap:anywhere}table.short{break-inside:avoid}"
    "th,td{padding:.15rem .3rem}thead{display:table-header-group}"
    "h2{break-after:avoid}tr,svg{break-inside:avoid}svg{max-height:21cm}}"
)
WARNING = (
    "This plan serves the separation of forces. It holds nothing finer than what parties declared or monitors published, and "
    "must not be used to find, follow or attack anyone. Lines and sides are those of the map named here and take no view on "
    "title."
)

_LISTED = 30
_LONG_WORD = 12
"""Letters from which on a word may part in print, so that ids push no table over the edge and names stay whole."""
_SHORT = 12
"""Rows up to which a table is not parted in print."""


def table(head: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """An HTML table; numbers stand to the right."""

    def cell(value: Any) -> str:
        if isinstance(value, float):
            return f'<td class="n">{value:,.1f}</td>'
        if isinstance(value, int) and not isinstance(value, bool):
            return f'<td class="n">{value:,}</td>'
        if value is None:
            return '<td class="n">–</td>'
        said = str(value)
        long = ' class="long"' if any(len(word) > _LONG_WORD for word in said.split()) else ""
        return f"<td{long}>{html.escape(said)}</td>"

    heading = "".join(f"<th>{html.escape(name)}</th>" for name in head)
    short = ' class="short"' if len(rows) <= _SHORT else ""
    body = "".join("<tr>" + "".join(map(cell, row)) + "</tr>" for row in rows)
    return f'<div class="wide"><table{short}><thead><tr>{heading}</tr></thead><tbody>{body}</tbody></table></div>'


def report(plan: Plan, sections: Sequence[tuple[str, str]] = (), **drawn: Any) -> str:
    """The report; ``sections`` are further (heading, HTML) parts, ``drawn`` what else ``map_drawing.draw`` shows."""
    reference, told = plan.reference, as_json(plan)
    drawn_from = "; ".join(line.name for line in reference.lines)
    about = (
        f"Source: {plan.agreement.source}. Line: {drawn_from} ({reference.length_m / 1000:,.1f} km; {reference.error.basis})."
    )
    parts = [
        f"<h1>{html.escape(plan.agreement.name)}</h1>",
        f"<p>{html.escape(about)}</p>",
        f'<p class="note">{html.escape(WARNING)}</p>', "<h2>Map</h2>", draw(plan, **drawn), "<p>",
    ]  # fmt: skip
    for party, colour in zip(reference.parties, COLOURS, strict=True):
        parts.append(f'<i class="key" style="background:{colour}"></i>{html.escape(reference.names[party])} ')
    parts.append("(darker: certain in spite of the map's error)</p><h2>Zones</h2>")
    parts.append(table(
        (
            "side", "tier", "depth, km", "area, km²", "beyond lesser tiers", "excepted", "certain", "depends on the map",
            "forbidden", "may stay",
        ),
        [
            (
                reference.names[zone["party"]], zone["tier"],
                zone["depth_km"] if isinstance(zone["depth_km"], float) else ", ".join(f"{d:g}" for d in zone["depth_km"]),
                zone["area_km2"], zone["band_km2"], zone["excepted_km2"], zone["certain_km2"], zone["depends_on_the_map_km2"],
                ", ".join(zone["forbids"]).replace("_", " "), ", ".join(zone["may_stay"]).replace("_", " "),
            )
            for zone in told["zones"]
        ],
    ))  # fmt: skip
    parts.append("<h2>How unequal the sides are</h2>")
    parts.append(table(
        ("tier", "more ground on the side of", "difference, km²", "per cent"),
        [
            (each["tier"], reference.names.get(each["larger"], "neither"), each["difference_km2"], each["more_percent"])
            for each in told["asymmetry"]
        ],
    ))  # fmt: skip
    if len(reference.section_names) > 1:
        rows = [
            (section["section"], reference.names[zone["party"]], zone["tier"], section["area_km2"])
            for zone in told["zones"] for section in zone["sections"]
        ]  # fmt: skip
        parts += ["<h2>Sections</h2>", table(("section", "side", "tier", "area, km²"), rows)]
    for heading, content in sections:
        parts += [f"<h2>{html.escape(heading)}</h2>", content]
    if plan.notes:
        parts.append(f"<h2>Notes</h2><ul>{''.join(f'<li>{html.escape(note)}</li>' for note in plan.notes)}</ul>")
    parts.append(f'<p class="note">merestone {__version__}. Areas and distances are on the WGS 84 ellipsoid.</p>')
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{html.escape(plan.agreement.name)}</title>'
        f"<style>{_STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )


def balance_sections(plan: Plan, sheets: Sequence[Sheet], judged: Sequence[Judged]) -> list[tuple[str, str]]:
    """The balance sheet as parts of the report."""
    left, right = plan.reference.parties
    names = plan.reference.names
    parts = []

    def part(heading: str, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        if rows:
            parts.append((heading, table(head, rows)))

    for tier in plan.tiers:
        told = [row for row in differences(plan, sheets) if row["tier"] == tier]
        part(
            f"Balance sheet: {tier}", ("", names[left], names[right]), [(LABELS[r["measure"]], r[left], r[right]) for r in told]
        )
    if len(plan.regions) > 1:
        part(
            "Balance sheet by section",
            ("section", "tier", "side", "depth, km", "area, km²", "settlements", "people", "roads, km", "farthest move, km"),
            [
                (
                    row["section"], sheet.zone.tier, names[sheet.zone.party], row["depth_km"], row["area_km2"],
                    row["settlements"], row["people"], row["roads_km"], row["positions"]["farthest_move_km"],
                )
                for sheet in sheets for row in sheet.told["sections"]
            ],
        )  # fmt: skip
    part(
        "Settlements inside, or perhaps inside",
        ("settlement", "side", "tier", "people", "inside as drawn", "probability"),
        [
            (
                place.name, names[sheet.zone.party], sheet.zone.tier, place.population, "yes" if place.inside else "no",
                f"{place.probability:.0%}",
            )
            for sheet in sheets
            for place in sorted(sheet.settlements, key=lambda p: (-(p.population or 0), p.name))[:_LISTED]
        ],
    )  # fmt: skip
    part(
        "Positions by class",
        ("side", "tier", "class", "positions", "strength that must leave", "strength that may have to"),
        [
            (names[sheet.zone.party], sheet.zone.tier, name, int(row["positions"]), row["must_leave"], row["may_have_to_leave"])
            for sheet in sheets
            for name, row in sheet.told["positions"]["by_class"].items()
        ],
    )
    part(
        "Declared positions",
        ("position", "side", "class", "verdict", "probability", "move, km", "to about (lon, lat)"),
        [
            (
                each.position.id, names[each.position.party], each.position.unit_class, each.verdict, f"{each.probability:.0%}",
                each.move_km, f"{each.to[0]:g} {each.to[1]:g}" if each.to and each.move_km else None,
            )
            for each in judged
        ],
    )  # fmt: skip
    part(
        "What another map's line would change",
        ("side", "tier", "area from the other line, km²", "only from this line", "only from the other", "in common"),
        [
            (names[s.zone.party], s.zone.tier, other["area_km2"], other["only_here_km2"], other["only_there_km2"],
             f"{other['overlap']:.0%}")
            for s in sheets if (other := s.told["other_line"])
        ],
    )  # fmt: skip
    return parts
