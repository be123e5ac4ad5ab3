"""Writes the reference pages that are derived from the program itself: nouns, case file, messages, command line.

    python docs/make_reference.py

A test runs it and fails where a committed page differs, so that the reference cannot fall behind the program.
"""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import typer
from typer.testing import CliRunner

from merestone import case, cli, errors, model
from merestone.evidence.data_sets import mapping
from merestone.files import write_atomically
from merestone.withdrawal import agreement
from merestone.withdrawal.classes import unit_classes

HERE = Path(__file__).parent / "reference"
KINDS = {
    "M1": "files and the command line",
    "M2": "the case file",
    "M3": "evidence",
    "M4": "reading",
    "M5": "places and lines",
    "M6": "incidents and records",
    "M7": "page and export",
    "M8": "withdrawal",
    "V1": "findings in the vault",
    "V2": "findings in the custody log",
    "V3": "findings in a record",
    "V4": "findings in the decisions",
}


NOUNS_HEAD = """\
Every table of a record, and every JSON object the program prints, has exactly these fields. Positions are longitude, then
latitude, in degrees (EPSG:4326). Spans count characters (Unicode code points) of the document's text and are half-open.
"""
CASE_HEAD = """\
`case.toml` stands in the folder of a case. It is checked whole before anything is done; a mistake is named with its line and
its fix, and a field the program does not know is an error, never ignored. Paths are relative to the case folder, with forward
slashes, and may not leave it. What a withdrawal is planned and verified from stands beside it, in a folder `withdrawal`
([how to](../how-to.md#keep-it-in-the-case)).
"""
MAPPING_HEAD = """\
A mapping file is a TOML file that says which column of a table of events holds what. It is named with `merestone add --as` and
sealed with the table ([how to](../how-to.md#add-any-other-table-of-events)). It is checked whole before anything is done; a
mistake is named with its line, and a field the program does not know is an error. Upper and lower case count in columns' names.
`[time]` and `[place]` are the fields `time` and `place`, each `[[events]]` and each `[[counts]]` an entry of those lists. The
mappings of UCDP GED, ACLED, GDELT and FIRMS come with the program, in `evidence/data_sets/data/`; copy one to change it.
"""


AGREEMENT_HEAD = """\
`agreement.toml` says what was agreed: from which line, how deep, what must leave and what may stay. It is checked whole before
anything is done; a mistake is named with its line and its fix, and a field the program does not know is an error, never
ignored. Paths are relative to the folder of the file, with forward slashes, and may not leave it. `merestone withdraw presets`
prints agreements to start from.
"""


def type_words(hint: Any) -> str:
    """A type as a reader would say it."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return type_words(arguments[0])
    if origin is Literal:
        return " · ".join(f"`{value}`" for value in arguments)
    if type(None) in arguments:
        return f"{' or '.join(type_words(a) for a in arguments if a is not type(None))}, or null"
    if origin in (typing.Union, types.UnionType):
        return " or ".join(type_words(a) for a in arguments)
    if origin is dict:
        return f"table of {type_words(arguments[1])} by {type_words(arguments[0])}"
    if origin is tuple and arguments[-1] is Ellipsis:
        return f"list of {type_words(arguments[0])}"
    if origin is tuple:
        return f"[{', '.join(type_words(a) for a in arguments)}]"
    names = {str: "text", int: "integer", float: "number", bool: "true or false", bytes: "geometry (WKB; GeoJSON in JSON)"}
    return names.get(hint, "instant, UTC" if hint.__name__ == "datetime" else f"[{hint.__name__}](#{hint.__name__.lower()})")


def noun_section(cls: Any) -> Iterator[str]:
    """A table of the fields of one noun."""
    yield f"## {cls.__name__}\n\n{inspect.getdoc(cls)}\n"
    yield "| field | type | meaning | unit | CRS |\n| --- | --- | --- | --- | --- |"
    for name, hint, about in model.fields(cls):
        cells = (f"`{name}`", type_words(hint), about["meaning"], about.get("unit", ""), about.get("crs", ""))
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""


def parts_of(cls: Any) -> Iterator[Any]:
    """The value types a noun is made of, in order of appearance."""

    def inside(hint: Any) -> Iterator[Any]:
        if hasattr(hint, "__dataclass_fields__"):
            yield hint
            yield from parts_of(hint)
        for argument in typing.get_args(hint):
            yield from inside(argument)

    for _, hint, _ in model.fields(cls):
        yield from inside(hint)


def nouns_page() -> str:
    """Every noun and every value type."""
    seen: dict[Any, None] = {}
    for cls in model.NOUNS:
        seen[cls] = None
        seen.update(dict.fromkeys(parts_of(cls)))
    lines = [
        "# The nouns\n",
        NOUNS_HEAD,
    ]
    for cls in seen:
        lines += noun_section(cls)
    return "\n".join(lines)


def case_page() -> str:
    """Every field of case.toml."""
    lines = [
        "# The case file\n",
        CASE_HEAD,
    ]
    for cls in (case.CaseFile, *case.TABLES.values()):
        lines += noun_section(cls)
    return "\n".join(lines)


def mapping_page() -> str:
    """Every field of a mapping file."""
    lines = ["# The mapping file\n", MAPPING_HEAD]
    for cls in (mapping.Mapping, *mapping.TABLES.values()):
        lines += noun_section(cls)
    return "\n".join(lines)


def agreement_page() -> str:
    """Every field of agreement.toml."""
    lines = ["# The agreement file\n", AGREEMENT_HEAD]
    for cls in (agreement.Agreement, *agreement.TABLES.values()):
        lines += noun_section(cls)
    lines.append("## Classes\n\n| class | military | measured in | meaning |\n| --- | --- | --- | --- |")
    for each in unit_classes().values():
        lines.append(f"| `{each.name}` | {'yes' if each.military else 'no'} | {each.measure or '–'} | {each.meaning} |")
    return "\n".join(lines) + "\n"


def message_page(message: errors.Message) -> str:
    """The page of one code."""
    return f"# {message.code}\n\n> {message.text}\n\n**What happened.** {message.why}\n\n**What to do.** {message.fix}\n"


def messages_page() -> str:
    """All codes, each with a link to its page."""
    lines = [
        "# Messages\n",
        "Every error and finding has a code that keeps its meaning; `merestone explain CODE` prints its page.",
    ]
    for prefix, title in KINDS.items():
        lines.append(f"\n## {prefix}xx: {title}\n")
        lines += [
            f"- [{m.code}](messages/{m.code}.md): {m.text}" for m in errors.messages().values() if m.code.startswith(prefix)
        ]
    return "\n".join(lines) + "\n"


def command_names(app: typer.Typer) -> Iterator[list[str]]:
    """The words of every command: those of the program, then those of its groups."""
    for command in app.registered_commands:
        yield [command.name or typing.cast(Any, command.callback).__name__]
    for group in app.registered_groups:
        if group.typer_instance:
            yield from ([typing.cast(str, group.name), *words] for words in command_names(group.typer_instance))


def command_page() -> str:
    """The help of every command, as the program prints it."""
    lines = ["# The command line\n", "Every command prints this with `--help`. Exit status: 0 done, 1 findings, 2 bad input.\n"]
    for words in command_names(cli.app):
        shown = CliRunner().invoke(cli.app, [*words, "--help"], prog_name="merestone", env={"COLUMNS": "100", "TERM": "dumb"})
        text = re.sub(r"[ \t]+$", "", shown.stdout, flags=re.MULTILINE).strip()
        lines.append(f"## merestone {' '.join(words)}\n\n```text\n{text}\n```\n")
    return "\n".join(lines)


def pages() -> dict[str, str]:
    """Every derived page by its path inside docs/reference."""
    out = {
        "nouns.md": nouns_page(),
        "case-file.md": case_page(),
        "mapping-file.md": mapping_page(),
        "agreement.md": agreement_page(),
        "messages.md": messages_page(),
        "command-line.md": command_page(),
    }
    out.update({f"messages/{message.code}.md": message_page(message) for message in errors.messages().values()})
    return out


def main() -> None:
    """Write every page, and remove the page of a code that is no more."""
    wanted = pages()
    for name, text in wanted.items():
        write_atomically(HERE / name, text.encode())
    for path in (HERE / "messages").iterdir():
        if f"messages/{path.name}" not in wanted:
            path.unlink()


if __name__ == "__main__":
    main()
