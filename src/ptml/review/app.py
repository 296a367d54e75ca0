"""The web application, put together from its parts."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles

from ptml.review.access.body import BodyLimit
from ptml.review.access.gate import RefusedError, gate
from ptml.review.access.headers import Headers, headers_of
from ptml.review.access.limits import RateLimit
from ptml.review.access.log import LOGGER, RequestLog, about
from ptml.review.access.oidc import OidcProvider, OidcSettings
from ptml.review.access.policy import PUBLIC, ROUTES
from ptml.review.cases.importing import import_run
from ptml.review.config import ReviewConfig
from ptml.review.pages import (
    accounts,
    audit,
    case,
    copying,
    courses,
    home,
    me,
    model,
    objections,
    password,
    signing_in,
    signing_in_elsewhere,
    teams,
    worklist,
)
from ptml.review.pages.refusing import refused, written
from ptml.review.published.run import Published
from ptml.review.state import Review
from ptml.review.store import Database
from ptml.review.subjects.naming import Named, bring_names

_ROUTERS = tuple(
    part.router
    for part in (
        *(home, signing_in, signing_in_elsewhere, password),
        *(worklist, case, teams, courses, me, copying, objections, model),
        *(accounts, audit),
    )
)

_THREADS = 6


def create_app(
    data: str,
    db: str,
    config: ReviewConfig,
    now: Callable[[], datetime],
    steady: Callable[[], float],
    *,
    oidc: OidcSettings | None = None,
    named: Sequence[Named] = (),
) -> FastAPI:
    """Make the application, and bring the newest published run into the review database.

    Parameters
    ----------
    data : str
        What `ptml score` was given as ``--out``.
    db : str
        ``sqlite:///FILE`` or ``postgresql://...``: what people decide.
    now : callable
        The clock, UTC.
    steady : callable
        Seconds of a clock that never goes back.
    oidc : OidcSettings, optional
        Where else people sign in.
    named : sequence of Named
        Names of people, which the published run does not know.

    Raises
    ------
    UsageError
        When nothing was published, or an address is wrong.
    DataError
        When a published file is not what was written.
    TryAgainError
        When the database cannot be reached.
    """
    database, published = Database.open(db), Published.open(data)
    with database.begin() as connection:
        import_run(connection, published, now(), config.least_group)
        if named:
            bring_names(connection, named, now())
    app = FastAPI(
        title="ptml review",
        dependencies=[Depends(gate)],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_few_threads,
        # It would send people to the host that the request names, which may not be the public one.
        redirect_slashes=False,
    )
    app.state.review = Review(
        database,
        published,
        config,
        now,
        steady,
        limit=RateLimit(config.requests_per_minute),
        sign_in_limit=RateLimit(config.sign_ins_per_minute),
        oidc=None if oidc is None else OidcProvider(oidc),
    )
    for router in _ROUTERS:
        app.include_router(router)
    _check_policy(app)
    app.mount(
        "/static", StaticFiles(directory=Path(str(files("ptml.review") / "static"))), "static"
    )
    app.add_middleware(BodyLimit, config.most_body_bytes, config.body_seconds)
    app.add_middleware(Headers, headers_of(config))
    app.add_middleware(RequestLog, steady)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(SQLAlchemyError, _unwritten)
    app.add_exception_handler(Exception, _unexpected)
    app.add_exception_handler(HTTPException, _not_found)
    app.add_exception_handler(RequestValidationError, _bad_request)
    return app


@asynccontextmanager
async def _few_threads(_app: FastAPI) -> AsyncIterator[None]:
    # More at once would take turns at one interpreter: each page would come later, none sooner.
    current_default_thread_limiter().total_tokens = _THREADS
    yield


def routes_of(app: FastAPI) -> Iterator[APIRoute]:
    """Every route that asks the gate, those of included routers too."""
    yield from _routes_in(app.routes)


def _routes_in(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        # An included router is one route of its own, which FastAPI does not unfold.
        inner = getattr(route, "original_router", None)
        if isinstance(inner, APIRouter):
            yield from _routes_in(inner.routes)


def _check_policy(app: FastAPI) -> None:
    named = {route.name for route in routes_of(app)}
    told = set(ROUTES) | PUBLIC
    if not named or named - told:
        raise RuntimeError(f"nobody says who may ask for {sorted(named - told)}")


async def _refused(request: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, RefusedError) else 500
    if status == 401 and request.method == "GET":
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(
            str(request.app.url_path_for("sign_in")) + f"?next={quote(here)}", 303
        )
    return refused(request, status, await written(request) if status == 401 else ())


async def _not_found(request: Request, error: Exception) -> Response:
    return refused(request, error.status_code if isinstance(error, HTTPException) else 500)


async def _bad_request(request: Request, error: Exception) -> Response:
    return refused(request, 422)


async def _unwritten(request: Request, error: Exception) -> Response:
    # The database cannot be read or written, and so neither can the audit log: nothing was done.
    LOGGER.error("database", extra={"told": {"event": "database", **about(error)}})
    return refused(request, 503)


async def _unexpected(request: Request, error: Exception) -> Response:
    # It is answered outside of all other parts, so that it needs its headers here.
    answer = refused(request, 500)
    answer.headers.update(headers_of(request.app.state.review.config))
    return answer
