"""The learner's page as an application.

1. Whoever has the secret in the address may do what the learner may; there is no cookie, so no
   other site can make a browser do it. The secret is in no log, no referrer and no error page.
2. GET changes nothing: mail programs and their guards open links before people do.
3. A change is a form of known fields, posted to an address with the secret in it.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, render_template, request, url_for
from jinja2 import FileSystemLoader
from werkzeug.exceptions import BadRequest, HTTPException, LengthRequired
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.routing import BaseConverter
from werkzeug.utils import redirect

import verifier.web
from issuer.delivery.claims import CLAIM_PATH, Claims
from issuer.delivery.sharing import Sharing
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.web.claim.page import Learner, Opened, files, shown
from issuer.web.claim.words import NAMES, PageWords, language_for
from keys.errors import KeysError
from verifier.report import software
from verifier.web.headers import protect
from verifier.web.plain import line

__all__ = ["claim_app", "mount"]

_HERE: Final = Path(__file__).parent
_VERIFIERS: Final = Path(verifier.web.__file__).parent / "static"
_LARGEST_BODY: Final = 4096
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_ASKED: Final = frozenset({"lang", "said"})
_LOG = logging.getLogger(__name__)


class _Secret(BaseConverter):
    """The secret of a link: 256 bits in base64url (RFC 4648, section 5)."""

    regex = "[A-Za-z0-9_-]{43}"


def claim_app(
    home: Home, *, clock: Callable[[], datetime], random: Callable[[int], bytes]
) -> Flask:
    """The application on a home, which may have been opened without a passphrase."""
    app = Flask("issuer.web.claim", static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=_LARGEST_BODY, MAX_FORM_MEMORY_SIZE=_LARGEST_BODY)
    app.jinja_loader = FileSystemLoader(_HERE / "templates")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(line=line)
    app.jinja_env.globals.update(software=software(), names=NAMES)
    app.url_map.converters["secret"] = _Secret
    learner = Learner(
        home,
        Claims(home.store, clock=clock, random=random),
        Sharing(home.store, clock=clock, random=random),
        clock,
    )
    _own_files(app)
    _reading(app, learner)
    _changing(app, learner)
    _errors(app)

    @app.after_request
    def protected(response: Response) -> Response:
        protect(response, own_file=request.endpoint in {"style", "mark"})
        response.headers["Content-Security-Policy"] = _POLICY
        return response

    return app


def mount(app: Flask, below: Flask) -> None:
    """Answer what is asked below `/claim` of `app` with `below`."""
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {CLAIM_PATH: below})  # type: ignore[method-assign]


def _own_files(app: Flask) -> None:
    sheet = (_VERIFIERS / "verifier.css").read_bytes() + (_HERE / "claim.css").read_bytes()
    picture = (_VERIFIERS / "mark.svg").read_bytes()

    @app.get("/style.css")
    def style() -> Response:
        return Response(sheet, content_type="text/css; charset=utf-8")

    @app.get("/mark.svg")
    def mark() -> Response:
        return Response(picture, content_type="image/svg+xml")


def _reading(app: Flask, learner: Learner) -> None:
    @app.get("/<secret:secret>")
    def page(secret: str) -> str:
        """The page."""
        _only(request.args, _ASKED)
        return _page(learner, learner.open(secret), secret)

    @app.get("/<secret:secret>/<name>")
    def file(secret: str, name: str) -> Response:
        """The paper in one of its forms, or the code of a share."""
        _only(request.args, frozenset({"lang", "share"} if name == "code.svg" else {"lang"}))
        opened = learner.open(secret)
        body, content_type = files(
            learner,
            opened,
            name,
            language=_words(opened).language,
            shared_by=request.args.get("share"),
        )
        response = Response(body, content_type=content_type)
        response.headers["Content-Disposition"] = f"attachment; filename={name}"
        return response


def _changing(app: Flask, learner: Learner) -> None:
    def change(said: str, *fields: str) -> Callable[[Callable[[Opened], object]], None]:
        """A form of those fields, which does what the function says, and comes back to the page."""

        def added(act: Callable[[Opened], object]) -> None:
            def changed(secret: str) -> Any:
                if "Transfer-Encoding" in request.headers:
                    raise LengthRequired("Expected the length of the body in Content-Length.")
                _only(request.form, frozenset({*fields, "lang"}))
                _only(request.args, frozenset())
                opened = learner.open(secret)
                try:
                    act(opened)
                except IssuerError as error:
                    if error.code.startswith("store_"):
                        raise
                    known = "many" if error.code == "too_many_shares" else "other"
                    return _page(learner, opened, secret, trouble=known), 422
                lang = request.form.get("lang") if request.form.get("lang") in NAMES else None
                back = url_for("page", secret=secret, lang=lang, said=said)
                return redirect(back, 303)

            name = act.__name__
            rule = f"/<secret:secret>/{name.replace('_', '-')}"
            app.add_url_rule(rule, name, changed, methods=["POST"])

        return added

    @change("made", "days")
    def share(opened: Opened) -> None:
        learner.sharing.make(opened.row.id, days=_days())

    @change("renewed", "days", "share")
    def renew(opened: Opened) -> None:
        learner.sharing.renew(opened.row.id, request.form.get("share", ""), days=_days())

    @change("stopped", "share")
    def stop(opened: Opened) -> None:
        learner.sharing.stop(opened.row.id, request.form.get("share", ""))

    @change("code")
    def new_code(opened: Opened) -> None:
        learner.sharing.for_prints(opened.row.id)


def _page(learner: Learner, opened: Opened, secret: str, *, trouble: str | None = None) -> str:
    words = _words(opened)
    said = request.args.get("said")
    return render_template(
        "claim/page.html",
        w=words,
        secret=secret,
        said=said if said in {"made", "stopped", "renewed", "code"} else None,
        trouble=trouble,
        **shown(learner, opened, words),
    )


def _words(opened: Opened | None) -> PageWords:
    asked = request.args.get("lang") or request.form.get("lang")
    own = opened.language if opened is not None else ""
    return PageWords(language_for(asked, own, request.accept_languages))


def _days() -> int:
    text = request.form.get("days", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 0


def _only(given: Any, known: frozenset[str]) -> None:
    """Refuse fields that do not belong, and those that come twice."""
    if any(name not in known or len(given.getlist(name)) > 1 for name in given) or request.files:
        raise BadRequest("The form has a field that does not belong here.")


def _errors(app: Flask) -> None:
    def told(status: int, kind: str) -> tuple[str, int]:
        words = _words(None)
        return render_template("claim/trouble.html", w=words, kind=kind), status

    @app.errorhandler(IssuerError)
    @app.errorhandler(KeysError)
    def refused(error: IssuerError | KeysError) -> tuple[str, int]:
        kinds = {"unknown_claim": (404, "nothing"), "claim_ended": (410, "ended")}
        # A paper that does not stand any more is not printed, and its page offers no print.
        kinds["unknown_file"] = kinds["not_verified"] = kinds["unknown_claim"]
        return told(*kinds.get(error.code, (503, "fault")))

    @app.errorhandler(HTTPException)
    def answered(error: HTTPException) -> Any:
        if error.response is not None and error.code is None:
            return error.response
        status = error.code or 500
        return told(status, "nothing" if status == 404 else "fault")

    @app.errorhandler(Exception)
    def failed(error: Exception) -> tuple[str, int]:
        places = traceback.extract_tb(error.__traceback__)
        where = f"{places[-1].filename}:{places[-1].lineno}" if places else "nowhere"
        _LOG.error("%s at %s", type(error).__name__, where)
        return told(500, "fault")
