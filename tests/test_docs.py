"""The reference is derived from the program; what the pages show is what the program does."""

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from merestone.case import Case, read_case_file
from merestone.evidence.data_sets.mapping import read_mapping
from merestone.places.contested.lines import load_lines
from merestone.places.gazetteers.own import read_places

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
TUTORIAL, HOW_TO = ROOT / "docs" / "tutorial.md", ROOT / "docs" / "how-to.md"
PARTIES = """\
format = 1
name = "a page"
parties = [{ code = "ARM", name = "Armenia" }, { code = "AZE", name = "Azerbaijan" }]
"""
"""What comes before an excerpt of a case file."""


def blocks(page, *languages):
    """(language, content) of the fenced blocks of a page, in order."""
    found = re.findall(r"^```(\w+)\n(.*?)^```$", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return [(language, content) for language, content in found if language in languages]


def commands(page):
    """The merestone commands of a page as lists of words, in order."""
    lines = [line for _, content in blocks(page, "sh", "console") for line in content.splitlines()]
    words = [shlex.split(line.removeprefix("$ "), comments=True) for line in lines]
    return [line for line in words if line[:1] == ["merestone"] and len(line) > 1]


def run(*words, cwd, package=None):
    """What a merestone command prints, run in a process of its own; it must not fail."""
    env = os.environ | ({"PYTHONPATH": str(package)} if package else {})
    done = subprocess.run(
        [sys.executable, "-m", "merestone", *words], cwd=cwd, env=env, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


@pytest.fixture(scope="module")
def derived():
    spec = importlib.util.spec_from_file_location("make_reference", ROOT / "docs" / "make_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pages()


def test_the_derived_pages_are_those_the_program_gives(derived):
    for name, text in derived.items():
        path = ROOT / "docs" / "reference" / name
        assert path.is_file(), f"{path} is missing: run python docs/make_reference.py"
        assert path.read_text(encoding="utf-8") == text, f"{path} is old: run python docs/make_reference.py"


def test_no_page_explains_a_message_that_is_no_more(derived):
    there = {f"messages/{path.name}" for path in (ROOT / "docs" / "reference" / "messages").iterdir()}
    assert there == {name for name in derived if name.startswith("messages/")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_inside_the_project_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:|#", target):
            assert (page.parent / target.split("#")[0]).exists(), (page, target)


def heading_of(anchor, page):
    """Whether a page has a heading of this anchor, as GitHub makes anchors."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return anchor in {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_to_a_heading_finds_it(page):
    for path, anchor in re.findall(r"\]\(([^)\s#:]*)#([^)\s]+)\)", page.read_text(encoding="utf-8")):
        assert heading_of(anchor, page.parent / path if path else page), (page, path, anchor)


def test_every_command_in_the_pages_exists():
    from merestone.cli import app

    known = {command.name or command.callback.__name__ for command in app.registered_commands}
    known |= {group.name for group in app.registered_groups}
    for page in PAGES:
        for words in commands(page):
            assert words[1].startswith("-") or words[1] in known, (page, words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_example_of_a_data_format_can_be_read(page, tmp_path):
    for language, content in blocks(page, "toml", "json", "python", "csv"):
        if language == "toml":
            path = tmp_path / "case.toml"
            if content.startswith("format") and "[[events]]" in content:
                path.write_text(content, encoding="utf-8")
                read_mapping(path)
                continue
            path.write_text(content if content.startswith("format") else PARTIES + content, encoding="utf-8")
            read_case_file(path)
        elif language == "json":
            json.loads(content)
        elif language == "csv":
            path = tmp_path / "places.csv"
            path.write_text(content, encoding="utf-8")
            assert read_places(path, ("ARM", "AZE"))
        else:
            compile(content, str(page), "exec")


def test_the_line_of_the_how_to_is_one(tmp_path):
    entry, feature = blocks(HOW_TO, "toml")[0][1], blocks(HOW_TO, "json")[0][1]
    (tmp_path / "case.toml").write_text(PARTIES + entry, encoding="utf-8")
    (tmp_path / "layers").mkdir()
    (tmp_path / "layers" / "map-1975.geojson").write_text(feature, encoding="utf-8")
    (line,) = load_lines(Case.open(tmp_path))
    assert (line.left_party, line.right_party, line.accuracy_m) == ("AZE", "ARM", 150)


def test_the_tutorial_does_what_it_says(tmp_path):
    texts = [content for _, content in blocks(TUTORIAL, "text")]
    for name, content in zip(("statement-a.txt", "statement-b.txt"), texts, strict=False):
        (tmp_path / name).write_text(content, encoding="utf-8")
    shown = {}
    for words in commands(TUTORIAL):
        if words[1] != "serve":  # it runs until it is interrupted; the tests of the page serve
            shown[" ".join(words[1:])] = run(*words[1:], cwd=tmp_path)
    incidents, claims = shown["show border incidents"], shown["show border claims"]
    assert "2022-09-13 · fire · " in incidents
    assert incidents.count(" · contested") == 1
    for line in texts[2].splitlines():
        assert line in claims
    assert shown["verify border"] == "Intact.\n"
    assert (tmp_path / "border.gpkg").is_file()


def test_the_readme_shows_what_is_read(tmp_path):
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    (tmp_path / "statement.txt").write_text(re.findall("“(One year ago .*?)”", text)[0] + ".\n", encoding="utf-8")
    words = next(words for words in commands(ROOT / "README.md") if words[1] == "read")
    claims = [json.loads(line) for line in run(*words[1:], cwd=tmp_path).splitlines()]
    assert len(claims) == 2
    shown = json.loads(blocks(ROOT / "README.md", "json")[0][1])
    (reason,) = shown.pop("because")
    assert {field: claims[1][field] for field in shown} == shown
    assert any(reason.items() <= given.items() for given in claims[1]["because"])


def test_a_word_can_be_taught_as_the_how_to_says(tmp_path):
    sentence, row = blocks(HOW_TO, "text")[0][1], blocks(HOW_TO, "tsv")[0][1]
    (tmp_path / "word.txt").write_text(sentence, encoding="utf-8")
    words = next(words for words in commands(HOW_TO) if "word.txt" in words)
    shutil.copytree(ROOT / "src" / "merestone", tmp_path / "merestone", ignore=shutil.ignore_patterns("page", "__pycache__"))
    assert run(*words[1:], cwd=tmp_path, package=tmp_path) == ""
    with (tmp_path / "merestone" / "reading" / "data" / "triggers.tsv").open("a", encoding="utf-8") as table:
        table.write(row)
    claims = [json.loads(line) for line in run(*words[1:], cwd=tmp_path, package=tmp_path).splitlines()]
    assert [claim["event"] for claim in claims] == ["fire"]
    shown = json.loads(blocks(HOW_TO, "json")[1][1])
    assert any(shown.items() <= given.items() for given in claims[0]["because"])
