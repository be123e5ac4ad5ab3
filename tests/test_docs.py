"""The reference is derived from the program; what the pages show is what the program does."""

import importlib.util
import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


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


def test_every_command_in_the_pages_exists():
    from merestone.cli import app

    known = {command.name or command.callback.__name__ for command in app.registered_commands}
    for page in PAGES:
        for block in re.findall(r"```(?:sh|console)\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL):
            for line in block.splitlines():
                words = shlex.split(line.removeprefix("$ "), comments=True)
                if words and words[0] == "merestone" and len(words) > 1 and not words[1].startswith("-"):
                    assert words[1] in known, (page, line)
