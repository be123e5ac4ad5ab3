"""Every error and finding: a stable code, one sentence that says what to do, a page that explains it."""

import re
from pathlib import Path

import pytest

from merestone.errors import MerestoneError, messages, say

SOURCES = Path(__file__).parents[1] / "src" / "merestone"
each_message = pytest.mark.parametrize("message", messages().values(), ids=lambda message: message.code)


@each_message
def test_a_message_is_one_sentence_with_a_reason_and_a_fix(message):
    assert re.fullmatch(r"[MV]\d{3}", message.code)
    filled = say(message.code, **dict.fromkeys(message.parameters, "X"))
    assert filled.endswith(".")
    assert "\n" not in filled
    assert "{" not in filled
    assert message.why.endswith(".")
    assert message.fix.endswith(".")


@each_message
def test_a_message_is_used_somewhere(message):
    assert any(f'"{message.code}"' in path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py"))


def test_every_code_in_the_program_has_a_message():
    for path in SOURCES.rglob("*.py"):
        for code in re.findall(r'"([MV]\d{3})"', path.read_text(encoding="utf-8")):
            assert code in messages(), (path, code)


def test_a_missing_parameter_is_an_error_and_never_a_half_filled_sentence():
    with pytest.raises(KeyError):
        say("M101")


def test_control_characters_of_a_file_name_do_not_reach_the_terminal():
    assert "\x1b" not in str(MerestoneError("M101", path="a\x1b[2Jb\n"))
