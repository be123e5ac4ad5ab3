"""Reviewers at work on a small case, by the command line."""

import json
import shutil

FIRST = (
    "On 13 September 2022, at about 00:05, units of the armed forces of Azerbaijan opened fire from artillery and drones at "
    "Armenian positions near Sotk. Two Armenian servicemen were wounded.\n"
)
SECOND = (
    "On the night of 12 to 13 September 2022 Armenian forces opened fire at Azerbaijani positions near Dashkasan. Three "
    "Azerbaijani soldiers were killed.\n"
)


class Reviewers:
    """The program with this case, and keys of its own."""

    def __init__(self, run, folder, keys):
        self.folder, self.case = folder, folder / "case"
        self.run, self._env = run, {"MERESTONE_KEYS": str(keys)}

    @classmethod
    def with_copy(cls, run, built, folder):
        """At work on a copy of a folder, inside another folder."""
        shutil.copytree(built, folder / "work")
        return cls(run, folder / "work", folder / "keys")

    def __call__(self, *words, status=0):
        return self.run(*words, cwd=self.folder, env=self._env, status=status)

    def decide(self, kind, *words, author="Anna", reason="looked it up", status=0):
        done = self(
            "decide", kind, "case", *words, "--author", author, "--text" if kind == "comment" else "--reason", reason,
            "--json", status=status,
        )  # fmt: skip
        return json.loads(done.stdout) if status == 0 else done.stderr

    def shown(self, what):
        return json.loads(self("show", "case", what, "--json").stdout)

    def claim(self, event, speaker=None):
        (one,) = [c for c in self.shown("claims") if c["event"] == event and speaker in (None, c["speaker"])]
        return one

    def build(self):
        return json.loads(self("build", "case", "--json").stdout)


def one_sentence(stderr, code):
    """Bad input is one clear sentence on standard error, with its code."""
    lines = stderr.strip().splitlines()
    assert len(lines) == 1, stderr
    assert lines[0].startswith(f"merestone: {code}: "), stderr
    assert "Traceback" not in stderr
