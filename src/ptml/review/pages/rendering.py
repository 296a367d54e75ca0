"""A template filled in, in the viewer's language."""

from functools import cache, lru_cache, partial
from typing import Any

from fastapi import FastAPI, Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from ptml.review.access.gate import form_cookie, form_token
from ptml.review.access.policy import may
from ptml.review.access.viewer import Viewer
from ptml.review.pages.places import place_of
from ptml.review.state import state_of
from ptml.review.words import LANGUAGES, wording_in
from ptml.review.words.fields import field_in
from ptml.review.words.reasons import caution_in, intervention_in, reason_in
from ptml.review.words.terms import term

LANGUAGE_COOKIE = "ptml_language"


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Fill a template in; every page knows the viewer, the language and where it is."""
    viewer: Viewer | None = getattr(request.state, "viewer", None)
    language = language_of(request)
    told = {
        "viewer": viewer,
        "status": status,
        "csrf": viewer.csrf if viewer else _form_token(request),
        "here": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "place": place_of(request),
        "languages": LANGUAGES,
        "may": lambda route: viewer is not None and may(viewer, route),
        "url": partial(_address, request.app),
        "as_of": state_of(request).published.as_of,
        "idle_seconds": 60 * state_of(request).config.idle_minutes,
    }
    config = state_of(request).config
    made = environment(language, config.time_zone)
    text = made.get_template(template).render(**told, **values)
    return HTMLResponse(text, status)


@lru_cache(maxsize=4096)
def _address(app: FastAPI, name: str, **path: str) -> str:
    # A page has fifty of them, and each is looked for among all routes.
    return str(app.url_path_for(name, **path))


def language_of(request: Request) -> str:
    """The language of a page: the account's, the one chosen here, or the browser's first."""
    if hasattr(request.state, "language"):
        # Chosen by this very request.
        return str(request.state.language)
    viewer: Viewer | None = getattr(request.state, "viewer", None)
    # The account's first: another may have chosen theirs in this browser before.
    for chosen in (viewer.language if viewer else "", request.cookies.get(LANGUAGE_COOKIE, "")):
        if chosen in LANGUAGES:
            return chosen
    return _from_browser(request.headers.get("accept-language", ""))


def _from_browser(header: str) -> str:
    for part in header.split(","):
        tag = part.partition(";")[0].strip().casefold()
        if tag.startswith("zh"):
            is_old = any(word in tag for word in ("hant", "tw", "hk", "mo"))
            return "zh-Hant" if is_old else "zh-Hans"
        if tag.startswith("en"):
            return "en"
    return "en"


@cache
def environment(language: str, zone: str = "UTC") -> Environment:
    """The templates in a language, with times of day of a zone."""
    wording = wording_in(language, zone)
    made = Environment(
        loader=PackageLoader("ptml.review"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        # Templates are part of a release: nobody asks the disk whether one has changed.
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(wording.translations, newstyle=True)  # type: ignore[attr-defined]
    made.filters.update(
        day=wording.day,
        month=wording.month,
        moment=wording.moment,
        instant=wording.instant,
        number=wording.number,
        percent=wording.percent,
        reason=partial(reason_in, wording),
    )
    made.globals.update(
        language=wording.language,
        say=wording.say,
        term=partial(term, wording),
        reason=partial(reason_in, wording),
        intervention=partial(intervention_in, wording),
        caution=partial(caution_in, wording),
        field=partial(field_in, wording),
        gap=wording.gap,
    )
    return made


def _form_token(request: Request) -> str:
    secret = request.cookies.get(form_cookie(state_of(request).config), "")
    return form_token(secret) if secret else ""
