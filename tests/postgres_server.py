"""A PostgreSQL server of its own for tests and benchmarks: in a temporary folder, on a free port, with a password.

As root, the server runs as the user postgres or nobody: it refuses to run as root. Run as a program it says where the server's
programs are, or how to get them.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

USER = "reviewer"


class NoServer(RuntimeError):
    """There is no PostgreSQL server to be had; says how to get one."""


def programs() -> Path:
    """Folder of initdb and postgres. Raises NoServer."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name.split(".")[0] or 0))
    on_path = shutil.which("initdb")
    for folder in (*reversed(found), *([Path(on_path).resolve().parent] if on_path else [])):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoServer("No PostgreSQL server found: apt-get install postgresql, or put initdb and postgres on the PATH.")


def _account() -> pwd.struct_passwd | None:
    """Who the server runs as, where we are root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoServer("PostgreSQL refuses to run as root, and there is no user postgres or nobody.")


def _as(account: pwd.struct_passwd | None) -> dict[str, object]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": ()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The address of a fresh database, with user and password, while the block runs. Raises NoServer."""
    folder, account = programs(), _account()
    base = Path(tempfile.mkdtemp(prefix="merestone-postgres-"))
    password = secrets.token_urlsafe(16) + "/ä"
    log = base / "log"
    server = None
    try:
        (base / "password").write_text(password + "\n", encoding="utf-8")
        if account is not None:
            for path in (base, base / "password"):
                os.chown(path, account.pw_uid, account.pw_gid)
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
        with log.open("wb") as stream:
            made = subprocess.run(
                [folder / "initdb", "-D", base / "data", "-U", USER, "-A", "scram-sha-256", "--pwfile", base / "password",
                 "-E", "UTF8", "--no-sync"],
                stdout=stream, stderr=stream, env=environment, cwd="/", check=False, **_as(account),
            )  # fmt: skip
            if made.returncode != 0:
                raise NoServer(f"initdb failed: {log.read_text(errors='replace').strip().splitlines()[-1:]}")
            port = _free_port()
            server = subprocess.Popen(
                [folder / "postgres", "-D", base / "data", "-p", str(port), "-c", "listen_addresses=127.0.0.1",
                 "-c", f"unix_socket_directories={base}", "-c", "max_connections=40"],
                stdout=stream, stderr=stream, env=environment, cwd="/", **_as(account),
            )  # fmt: skip
            address = f"postgresql://{USER}:{quote(password, safe='')}@127.0.0.1:{port}/postgres"
            _wait(address, server, log)
            yield address
    finally:
        if server is not None:
            server.terminate()  # it finishes running transactions
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(20)
            if server.poll() is None:
                server.kill()
                server.wait()
        shutil.rmtree(base, ignore_errors=True)


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    import time

    import psycopg

    for _ in range(300):
        if server.poll() is not None:
            raise NoServer(f"postgres ended: {log.read_text(errors='replace').strip().splitlines()[-1:]}")
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(address, connect_timeout=2).close()
            return
        time.sleep(0.1)
    raise NoServer("postgres did not answer within 30 seconds.")


if __name__ == "__main__":
    try:
        print(programs())
    except NoServer as error:
        sys.exit(str(error))
