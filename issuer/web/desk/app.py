"""The desk as an application, and how it is put below `/desk` of the issuer's service."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, g, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.dispatcher import DispatcherMiddleware

import verifier.web
from issuer.accounts.passwords import STANDARD, PasswordCost
from issuer.accounts.sessions import form_token
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.web.desk import words
from issuer.web.desk.desk import KEY, Desk
from issuer.web.desk.guard import TOKEN_FIELD, guard
from issuer.web.desk.registry import Page, Pages
from keys.errors import KeysError
from verifier.report import software
from verifier.web import wording
from verifier.web.headers import protect
from verifier.web.plain import line
from verifier.web.requests import InMemoryRequest
from verifier.web.speech import speak

__all__ = ["MOUNTED_AT", "ROOMS", "desk_app", "mount", "pages_of", "routes_and_roles"]

MOUNTED_AT: Final = "/desk"
#: The modules whose `pages` make the desk, in the order of the navigation.
ROOMS: Final = (
    "issuer.web.desk.pages.entrance",
    "issuer.web.desk.pages.drafts",
    "issuer.web.desk.pages.cohorts",
    "issuer.web.desk.pages.inbox",
    "issuer.web.desk.pages.signing",
    "issuer.web.desk.pages.papers",
    "issuer.web.desk.pages.delivery",
    "issuer.web.desk.pages.people",
    "issuer.web.desk.pages.audit",
)
_HERE: Final = Path(__file__).parent
_VERIFIER: Final = Path(verifier.web.__file__).parent
_LARGEST_BODY: Final = 8 * 1024 * 1024
_MOST_PARTS: Final = 20_000
_OWN_FILES: Final = frozenset({"style", "script", "mark"})
_LOG = logging.getLogger(__name__)


def desk_app(
    home: Home,
    *,
    clock: Callable[[], datetime],
    random: Callable[[int], bytes],
    cost: PasswordCost = STANDARD,
    rooms: Sequence[str] = ROOMS,
) -> Flask:
    """The application on an open home. `cost` is that of guessing a password."""
    app = Flask("issuer.web.desk", static_folder=None)
    app.request_class = InMemoryRequest
    # Flashed messages alone are signed with it, and none outlives the program.
    app.secret_key = random(32)
    app.config.update(
        MAX_CONTENT_LENGTH=_LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=_LARGEST_BODY,
        MAX_FORM_PARTS=_MOST_PARTS,
        SESSION_COOKIE_NAME="ecvet_desk_said",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
    )
    app.extensions[KEY] = Desk(home, clock, random, cost)
    pages = pages_of(rooms)
    for page in pages:
        app.add_url_rule(page.rule, page.name, page.view, methods=[page.method])
    _own_files(app)
    _templates(app, home, pages)
    guard(app, {(page.name, page.method): page for page in pages}, own_files=_OWN_FILES)
    _errors(app)

    @app.after_request
    def protected(response: Response) -> Response:
        protect(response, own_file=request.endpoint in _OWN_FILES)
        # With `no-referrer` a browser names no origin for a form, and none could be asked for.
        response.headers["Referrer-Policy"] = "same-origin"
        if response.mimetype == "text/html":
            response.content_language.clear()
            response.content_language.add("en")
        return response

    return app


def mount(app: Flask, below: Flask) -> None:
    """Answer what is asked below `/desk` of `app` with `below`."""
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {MOUNTED_AT: below})  # type: ignore[method-assign]


def pages_of(rooms: Sequence[str] = ROOMS) -> tuple[Page, ...]:
    """Every page of the desk."""
    made: list[Page] = []
    for room in rooms:
        pages: Pages = import_module(room).pages
        made.extend(pages)
    return tuple(made)


def routes_and_roles(rooms: Sequence[str] = ROOMS) -> str:
    """The table of pages against roles, to be read and to be compared."""
    lines = []
    for page in sorted(pages_of(rooms), key=lambda one: (one.rule, one.method)):
        who = "anyone" if page.anyone else ", ".join(sorted(page.roles))
        lines.append(f"{page.method:<5} {MOUNTED_AT}{page.rule:<44} {who}")
    return "\n".join(lines) + "\n"


def _own_files(app: Flask) -> None:
    sheets = (
        _VERIFIER / "static" / "verifier.css",
        _HERE.parent / "static" / "issuer.css",
        _HERE / "static" / "desk.css",
    )
    own: Mapping[str, tuple[str, bytes, str]] = {
        "style": ("/style.css", b"\n".join(one.read_bytes() for one in sheets), "text/css"),
        "script": ("/desk.js", (_HERE / "static" / "desk.js").read_bytes(), "text/javascript"),
        "mark": ("/mark.svg", (_VERIFIER / "static" / "mark.svg").read_bytes(), "image/svg+xml"),
    }
    for name, (rule, body, kind) in own.items():

        def served(body: bytes = body, kind: str = kind) -> Response:
            return Response(body, content_type=f"{kind}; charset=utf-8")

        app.add_url_rule(rule, name, served)


def _templates(app: Flask, home: Home, pages: Sequence[Page]) -> None:
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(_HERE / "templates"), FileSystemLoader(_VERIFIER / "templates")]
    )
    env = app.jinja_env
    env.trim_blocks = env.lstrip_blocks = True
    speak(app, kept=lambda _path: True)
    env.globals.update(wording=wording, software=software(), words=words)
    env.filters.update(line=line, day=words.day, moment=words.moment, kind=words.kind)
    doors = [page for page in pages if page.nav]

    @app.context_processor
    def shown() -> dict[str, Any]:
        person = g.get("person")
        roles = person.roles if person else ()
        return {
            "person": person,
            "nav": [page for page in doors if person and page.open_to(roles)],
            "token": _token,
            "institution_name": lambda slug: home.records.institution(slug).legal_name,
        }


def _token() -> Markup:
    """The hidden field that every form of the desk begins with."""
    value = form_token(g.cookie) if g.get("cookie") else ""
    return Markup('<input type="hidden" name="{}" value="{}">').format(TOKEN_FIELD, value)


def _errors(app: Flask) -> None:
    def page(status: int, message: str | None = None) -> tuple[str, int]:
        return render_template("desk/error.html", status=status, message=message), status

    @app.errorhandler(IssuerError)
    @app.errorhandler(KeysError)
    def refused(error: IssuerError | KeysError) -> tuple[str, int]:
        away = error.code in {"store_unavailable", "store_vanished", "no_active_key"}
        missing = error.code.startswith("unknown_")
        return page(503 if away else 404 if missing else 409, str(error))

    @app.errorhandler(HTTPException)
    def answered(error: HTTPException) -> Any:
        if error.response is not None and error.code is None:
            return error.response
        ours = error.description if error.description != type(error).description else None
        return page(error.code or 500, ours)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> tuple[str, int]:
        places = traceback.extract_tb(error.__traceback__)
        where = f"{places[-1].filename}:{places[-1].lineno}" if places else "nowhere"
        _LOG.error("%s at %s", type(error).__name__, where)
        return page(500)
