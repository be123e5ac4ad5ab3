"""What stands before every request: who may ask, how, and what a browser may do with the answer.

Anyone's page in the same browser can send requests to this machine; a name of its own that points here (DNS rebinding) would
let it read the answers. So only known names are answered, and nothing but reading is possible; where decisions are taken, those
few addresses take short JSON from pages of this server alone.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from merestone.errors import say
from merestone.web.prepared import problem

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""Content Security Policy: this server only; no script, style or frame but the page's own files."""

HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(), camera=(), microphone=()"),
)


def host_of(header: str) -> str:
    """The name of a Host header without its port, in lower case: ``[::1]`` of ``[::1]:8737``."""
    header = header.strip().lower()
    if header.startswith("["):
        return header.partition("]")[0] + "]"
    return header.partition(":")[0]


LONGEST_BODY = 65_536
"""Bytes."""


class Guard:
    """ASGI middleware; ``hosts`` are the names that are answered, ``writable`` the paths that take decisions."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str], writable: frozenset[str] = frozenset()) -> None:
        self.app, self.hosts, self.writable = app, hosts, writable

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what may not be asked, and add the headers to what is answered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *HEADERS]}
            await send(message)

        names = [value.decode("latin-1") for key, value in scope["headers"] if key == b"host"]
        if len(names) != 1 or host_of(names[0]) not in self.hosts:
            await _refuse(guarded, 421, "M706", host=names[0][:80] if names else "(none)")
        elif scope["method"] == "POST" and scope["path"] in self.writable:
            if not _from_here(scope, names[0]):
                await _refuse(guarded, 403, "M723")
            elif not _is_short_json(scope):
                await _refuse(guarded, 415, "M724")
            else:
                await self.app(scope, receive, guarded)
        elif scope["method"] not in ("GET", "HEAD"):
            await _refuse(guarded, 405, "M707", method=scope["method"])
        else:
            await self.app(scope, receive, guarded)


def _from_here(scope: Scope, host: str) -> bool:
    """Whether a browser says that the request comes from a page of this server; other programs send no Origin."""
    origins = [value.decode("latin-1") for key, value in scope["headers"] if key == b"origin"]
    return all(origin.partition("://")[2] == host.strip() for origin in origins)


def _is_short_json(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"")
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    return kind == b"application/json" and length.isdigit() and int(length) <= LONGEST_BODY


async def _refuse(send: Send, status: int, code: str, **parameters: str) -> None:
    body = problem(code, say(code, **parameters))
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 405:
        headers.append((b"allow", b"GET, HEAD"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
