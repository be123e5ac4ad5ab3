"""The server of one record: the API under ``/api`` and the built page at ``/``.

It reads, and never writes; only where it was started for reviewing it takes decisions and builds the record again.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

from merestone import __version__
from merestone.errors import MerestoneError, say
from merestone.model import Line, Observation, Place, Zone
from merestone.web.guard import LOOPBACK, Guard
from merestone.web.kept import Coming, opened
from merestone.web.prepared import prepare, problem
from merestone.web.review import Reviewing
from merestone.web.views import (
    AgreedZonesView,
    BuiltView,
    DecisionRequest,
    DocumentRow,
    DocumentView,
    IncidentColumns,
    IncidentView,
    PlannerView,
    PositionView,
    Problem,
    RecordView,
    ReviewingView,
    ScheduleView,
    SearchResult,
    SliderView,
    VerificationView,
)
from merestone.web.withdrawal import Planner

PAGE = Path(__file__).parent / "page"
"""Where the build puts the page."""

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
_SMALL = 1024
"""Answers shorter than this many bytes are not compressed."""


class _Packed:
    """Compresses bytes once, however often they are asked for."""

    def __init__(self, etag: str) -> None:
        self.etag = etag
        self.compress = lru_cache(maxsize=64)(lambda body: gzip.compress(body, compresslevel=6, mtime=0))

    def answer(self, request: Request, body: bytes, media_type: str = "application/json") -> Response:
        """The answer with its ETag: the record's id, as nothing in a record ever changes."""
        headers = {"etag": self.etag, "cache-control": "no-cache", "vary": "accept-encoding"}
        if self.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if len(body) >= _SMALL and "gzip" in request.headers.get("accept-encoding", ""):
            body = self.compress(body)
            headers["content-encoding"] = "gzip"
        return Response(body, media_type=media_type, headers=headers)


class _Served:
    """The record that is served now; a build on the page puts another in its place."""

    def __init__(self, folder: Path, reviewing: Reviewing | None) -> None:
        self.reviewing = reviewing
        self.load(folder)

    def load(self, folder: Path) -> None:
        self.prepared = prepare(folder, reviewing=self.reviewing is not None)
        # a record lies in the folder of its case
        self.planner = Planner(folder.parents[1], self.prepared.record_id, self.prepared.tables["lines"])
        self.planned = _Packed(self.planner.etag)
        self.packed = _Packed(f'"{self.prepared.record_id}{"-review" if self.reviewing else ""}"')


def create_app(
    record_folder: Path, *, hosts: Iterable[str] = (), page: Path = PAGE, reviewing: Reviewing | None = None
) -> FastAPI:
    """The application for one record folder; ``hosts`` are names to answer to besides those of this machine.

    With ``reviewing`` it takes decisions. Raises MerestoneError M602 where the record is damaged.
    """
    served = _Served(record_folder, reviewing)
    app = FastAPI(
        title="Merestone", version=__version__, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json",
        description="One record: who says what, where and when. Errors have one shape: a code and a message.",
        responses={404: {"model": Problem}, 405: {"model": Problem}, 421: {"model": Problem}, 422: {"model": Problem}},
    )  # fmt: skip
    writable = frozenset(("/api/decisions", "/api/build")) if reviewing else frozenset()
    app.add_middleware(Guard, hosts=LOOPBACK | {host.lower() for host in hosts}, writable=writable)
    _add_errors(app)
    _add_api(app, served)
    _add_planner(app, served)
    if reviewing:
        _add_review(app, served, reviewing)
    _add_page(app, page)
    return app


def _error(status: int, code: str, **parameters: Any) -> Response:
    return Response(problem(code, say(code, **parameters)), status_code=status, media_type="application/json")


def _add_errors(app: FastAPI) -> None:
    @app.exception_handler(MerestoneError)
    async def wrong(_: Request, error: MerestoneError) -> Response:
        return _error(403 if error.code == "M723" else 422, error.code, **error.parameters)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        return _error(error.status_code, "M703", path=request.url.path[:80])

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        return _error(422, "M705", what=repr(str(first.get("input"))[:40]), field=str(first["loc"][-1]))


def _add_api(app: FastAPI, served: _Served) -> None:
    @app.get("/api/record", response_model=RecordView, summary="The record as a whole")
    def record(request: Request) -> Response:
        return served.packed.answer(request, served.prepared.record)

    @app.get("/api/incidents", response_model=IncidentColumns, summary="All incidents, as columns")
    def incidents(request: Request) -> Response:
        return served.packed.answer(request, served.prepared.incidents)

    @app.get("/api/incidents/{incident_id}", response_model=IncidentView, summary="One incident with what it rests on")
    def incident(request: Request, incident_id: str) -> Response:
        body = served.prepared.incident(incident_id)
        if body is None:
            return _error(404, "M704", what="incident", id=incident_id[:80])
        return served.packed.answer(request, body)

    @app.get("/api/documents", response_model=list[DocumentRow], summary="All documents without their texts")
    def documents(request: Request) -> Response:
        return served.packed.answer(request, served.prepared.documents())

    @app.get("/api/documents/{document_id:path}", response_model=DocumentView, summary="One document with what was read in it")
    def document(request: Request, document_id: str) -> Response:
        body = served.prepared.document(document_id)
        if body is None:
            return _error(404, "M704", what="document", id=document_id[:80])
        return served.packed.answer(request, body)

    @app.get("/api/observations", response_model=list[Observation], summary="What monitors saw or heard, as areas")
    def observations(request: Request) -> Response:
        return served.packed.answer(request, served.prepared.observations)

    @app.get("/api/position", response_model=PositionView, summary="A position in every system, and its side of every line")
    def position(
        request: Request,
        lon: Annotated[float | None, Query(description="degrees, EPSG:4326")] = None,
        lat: Annotated[float | None, Query(description="degrees, EPSG:4326")] = None,
        radius_m: Annotated[float, Query(ge=0, le=1_000_000, description="it lies within this distance, metres")] = 0.0,
        where: Annotated[str | None, Query(max_length=200, description="instead: the position in words")] = None,
    ) -> Response:
        if where is not None:
            return served.packed.answer(request, served.prepared.written_position(where))
        if lon is None or lat is None:
            raise MerestoneError("M705", what="None", field="lon" if lon is None else "lat")
        return served.packed.answer(request, served.prepared.position(lon, lat, radius_m))

    @app.get("/api/search", response_model=SearchResult, summary="Incidents whose words hold all words of the query")
    def search(request: Request, q: Annotated[str, Query(max_length=200)]) -> Response:
        return served.packed.answer(request, served.prepared.search(q))

    @app.get("/api/lines", response_model=list[Line], summary="The lines of the case, each with the map it comes from")
    def lines(request: Request) -> Response:
        return served.packed.answer(request, served.prepared.lines)

    @app.get("/api/zones", response_model=list[Zone], summary="The zones of the case")
    def zones(request: Request) -> Response:
        return served.packed.answer(request, served.prepared.zones)

    @app.get("/api/places", response_model=list[Place], summary="The places the record names, with every party's name")
    def places(request: Request) -> Response:
        return served.packed.answer(request, served.prepared.places)


def _add_planner(app: FastAPI, served: _Served) -> None:
    async def waited(request: Request, coming: Coming[bytes]) -> bytes | None:
        """The answer; waiting for it takes no thread from those who ask for little. None where the asker has gone."""
        answer = asyncio.wrap_future(coming.future)
        while not answer.done():
            if await request.is_disconnected():
                coming.leave()
                return None
            await asyncio.wait([answer], timeout=0.5)
        return opened(answer.result())

    async def answer(request: Request, ask: Callable[[Planner], bytes | Coming[bytes]]) -> Response:
        planner, planned = served.planner, served.planned

        def asked() -> Response | Coming[bytes]:
            found = ask(planner)
            return planned.answer(request, found) if isinstance(found, bytes) else found

        try:
            found = await run_in_threadpool(asked)
            if isinstance(found, Response):
                return found
            body = await waited(request, found)
        except MerestoneError as error:
            told = planner.told(error)
            status = 404 if error.code in ("M704", "M731") else 422
            return Response(problem(**told), status_code=status, media_type="application/json")
        return Response(status_code=204) if body is None else await run_in_threadpool(planned.answer, request, body)

    @app.get("/api/withdrawal", response_model=PlannerView, summary="What the withdrawal planner can plan")
    async def overview(request: Request) -> Response:
        return await answer(request, lambda planner: planner.overview())

    @app.get("/api/withdrawal/zones", response_model=SliderView, summary="Both sides' zones of a depth, and their balance")
    async def zones(
        request: Request,
        line: Annotated[str, Query(max_length=200, description="id of the line")],
        depth_km: Annotated[float, Query(description="depth on each side, km")],
        exact: Annotated[bool, Query(description="the exact zones; the quick ones follow a slider")] = False,
    ) -> Response:
        if exact:
            return await answer(request, lambda planner: planner.exact_zones(line, depth_km))
        return await answer(request, lambda planner: planner.zones(line, depth_km))

    @app.get("/api/withdrawal/agreement", response_model=AgreedZonesView, summary="The zones of the case's agreement")
    async def agreed(request: Request) -> Response:
        return await answer(request, lambda planner: planner.agreed_zones())

    @app.get("/api/withdrawal/schedule", response_model=ScheduleView, summary="The order of the agreed withdrawal")
    async def schedule(request: Request) -> Response:
        return await answer(request, lambda planner: planner.schedule())

    @app.get("/api/withdrawal/verification", response_model=VerificationView, summary="What is known of the withdrawal")
    async def verification(
        request: Request,
        at: Annotated[str | None, Query(max_length=20, description="day, YYYY-MM-DD; the last look's if not given")] = None,
    ) -> Response:
        return await answer(request, lambda planner: planner.verification(at))


def _add_review(app: FastAPI, served: _Served, reviewing: Reviewing) -> None:
    def answer(value: ReviewingView | BuiltView) -> Response:
        body = TypeAdapter(type(value)).dump_json(value)
        return Response(body, media_type="application/json", headers={"cache-control": "no-store"})

    @app.get("/api/review", response_model=ReviewingView, summary="What reviewers decided, and who decides here")
    def review() -> Response:
        return answer(reviewing.view(served.prepared.decisions))

    @app.post("/api/decisions", response_model=ReviewingView, summary="Make a decision")
    def decide(asked: DecisionRequest, x_merestone_token: Annotated[str | None, Header()] = None) -> Response:
        reviewing.check(x_merestone_token)
        return answer(reviewing.decide(asked, served.prepared.decisions))

    @app.post("/api/build", response_model=BuiltView, summary="Build the record with all decisions, and serve it")
    def build(x_merestone_token: Annotated[str | None, Header()] = None) -> Response:
        reviewing.check(x_merestone_token)
        served.load(reviewing.build())
        return answer(BuiltView(record_id=served.prepared.record_id))


def _add_page(app: FastAPI, page: Path) -> None:
    # only files that were there at the start are served: no path of a request ever reaches the file system
    files = {file.relative_to(page).as_posix(): file for file in page.rglob("*") if file.is_file()} if page.is_dir() else {}

    @app.get("/{path:path}", include_in_schema=False)
    def static(request: Request, path: str) -> Response:
        name = path or "index.html"
        if not path and name not in files:
            return Response(say("M708"), status_code=503, media_type="text/plain; charset=utf-8")
        file = files.get(name)
        if file is None or Path(name).suffix not in _TYPES:
            return _error(404, "M703", path=request.url.path[:80])
        # names under assets/ hold a digest of the content, so they may be kept for ever
        kept = "public, max-age=31536000, immutable" if name.startswith("assets/") else "no-cache"
        headers = {"cache-control": kept, "vary": "accept-encoding"}
        media_type = _TYPES[Path(name).suffix]
        packed = files.get(f"{name}.gz")
        if packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return FileResponse(packed, media_type=media_type, headers={**headers, "content-encoding": "gzip"})
        return FileResponse(file, media_type=media_type, headers=headers)
