"""A command in a forked process does what it does in one that was started for it, and leaves nothing to the next."""

import pytest


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--version",),
        ("--help",),
        ("decide", "accept", "--help"),
        ("no-such-command",),
        ("show", "case", "--no-such-option"),
        ("show", "case", "claims"),
        ("show", "case", "claims", "--json"),
        ("show", "case", "nothing"),
        ("show", "nowhere"),
        ("verify", "case"),
        ("read", "first.txt", "--source", "ARM-MOD", "--published", "2022-09-13"),
        ("decide", "reject", "case", "nothing#0", "--reason", "x"),
        ("decide", "list", "case", "--json"),
    ],
)
def test_it_prints_and_ends_the_same(two_statements, merestone, forked, arguments):
    one, two = (run(*arguments, cwd=two_statements) for run in (merestone, forked))
    assert (two.returncode, two.stdout, two.stderr) == (one.returncode, one.stdout, one.stderr)


def test_its_folder_and_environment_are_its_own(two_statements, forked, tmp_path):
    for keys in ("one", "two"):
        (tmp_path / keys).mkdir()
    first, other, again = (
        forked("decide", "key", "--author", "Anna", cwd=tmp_path / keys, env={"MERESTONE_KEYS": "keys"}, status=0).stdout
        for keys in ("one", "two", "one")
    )
    assert first == again != other
    assert all(list((tmp_path / keys / "keys").iterdir()) for keys in ("one", "two"))
    assert "M101" in forked("show", "case", cwd=tmp_path, status=2).stderr
    assert forked("show", "case", cwd=two_statements, status=0).stderr == ""
