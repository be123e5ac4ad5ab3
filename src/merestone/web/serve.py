"""Serves the current record of a case to a browser on this machine, and only there unless told otherwise."""

from __future__ import annotations

import ipaddress
import socket
import sys
import threading
import webbrowser

import uvicorn

from merestone.case import Case
from merestone.errors import MerestoneError
from merestone.record import current_folder
from merestone.web.app import create_app
from merestone.web.review import Reviewing


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the address; port 0 takes any that is free. Raises MerestoneError M701 or M702."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # only of sockets that name TCP asyncio knows that small writes must not wait for the other side (40 ms each)
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if sys.platform != "win32":  # there it would let two programs share the port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
        listener.listen(128)
    except (OSError, UnicodeError) as error:
        listener.close()
        unknown = isinstance(error, UnicodeError | socket.gaierror) or error.errno in _NOT_HERE
        raise MerestoneError("M702", host=host) if unknown else MerestoneError("M701", host=host, port=port) from error
    return listener


_NOT_HERE = {99, 49, 10049}
"""EADDRNOTAVAIL on Linux, macOS and Windows."""


def address(listener: socket.socket, host: str) -> str:
    """The address to open in a browser."""
    port = listener.getsockname()[1]
    name = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
    return f"http://[{name.strip('[]')}]:{port}/" if ":" in name else f"http://{name}:{port}/"


def serve(
    case: Case, host: str = "127.0.0.1", port: int = 8737, open_browser: bool = True, reviewing: Reviewing | None = None
) -> None:
    """Serve the case's current record until interrupted; with ``reviewing`` the page takes decisions, on this machine only.

    Raises MerestoneError M601 or M602 where there is no whole record, M701 where the port is taken, M702 for a host that is
    not an address of this machine, M725 for reviewing elsewhere than on this machine.
    """
    if reviewing and not is_loopback(host):
        raise MerestoneError("M725", host=host)
    folder = current_folder(case)
    listener = listen(host, port)
    with listener:
        hosts = [] if is_loopback(host) else [host, socket.gethostname(), *_own_addresses(host)]
        app = create_app(folder, hosts=hosts, reviewing=reviewing)
        url = address(listener, host)
        print(f"{case.file.name}: open {url} (Ctrl-C ends it)", flush=True)
        if not is_loopback(host):
            print(
                f"Anyone who can reach this machine at {host} can now read this record, its documents included.",
                file=sys.stderr,
                flush=True,
            )
        if open_browser:
            opener = threading.Timer(0.3, webbrowser.open, (url,))
            opener.daemon = True
            opener.start()
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, lifespan="off")
        uvicorn.Server(config).run(sockets=[listener])


def _own_addresses(host: str) -> list[str]:
    """For an address that means every interface: the addresses this machine is known under."""
    if host not in ("0.0.0.0", "::"):  # noqa: S104
        return []
    found = {str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None)}
    return sorted(f"[{name}]" if ":" in name else name for name in found)
