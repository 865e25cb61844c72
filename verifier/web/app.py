"""The verifier's page and its programming interface.

- `GET /` the page, `POST /` the same with an answer, for browsers without JavaScript;
- `POST /check` an answer as a piece of that page, for the page's script;
- `POST /api/verify` reports as JSON, for programs;
- `GET /about` who runs this and what becomes of what people give; `GET /healthz`.

Whatever the verdict, an answer is an HTTP 200: the report says what was found. Faults of a request
are RFC 9457 problems under `/api/` and pages elsewhere. Nothing that is checked is kept or logged.
"""

from __future__ import annotations

import logging
import traceback
from http import HTTPStatus

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError, LengthRequired

from verifier.report import software
from verifier.web import wording
from verifier.web.answers import Verifying
from verifier.web.headers import protect
from verifier.web.requests import InMemoryRequest, read_api_body, read_form, read_link
from verifier.web.settings import WebSettings
from verifier.web.view import answer_views

__all__ = ["verifier_app"]

_LOG = logging.getLogger(__name__)
#: Beside the files themselves: a form's boundaries, names and the pasted text.
_FORM_OVERHEAD = 64 * 1024


def verifier_app(settings: WebSettings, verifying: Verifying) -> Flask:
    """The application, for any WSGI server; it keeps no state."""
    app = Flask("verifier.web", template_folder="templates", static_folder="static")
    app.request_class = InMemoryRequest
    app.json.sort_keys = False  # type: ignore[attr-defined] # a report's order is for readers
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_upload + _FORM_OVERHEAD,
        MAX_FORM_MEMORY_SIZE=settings.max_upload,
        MAX_FORM_PARTS=settings.max_files + 2,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(operated=settings, wording=wording, software=software())
    app.jinja_env.filters["sentence"] = _sentence
    _add_pages(app, settings, verifying)
    _add_api(app, settings, verifying)

    @app.before_request
    def measured() -> None:
        # A body without a length is cut at the limit, and a cut document would be judged.
        if "Transfer-Encoding" in request.headers:
            raise LengthRequired("Expected the length of the body in Content-Length.")

    @app.after_request
    def protected(response: Response) -> Response:
        return protect(
            response, own_file=request.endpoint == "static" and response.status_code < 400
        )

    app.register_error_handler(HTTPException, _refusal)
    app.register_error_handler(Exception, _fault)
    return app


def _add_pages(app: Flask, settings: WebSettings, verifying: Verifying) -> None:
    @app.get("/")
    def page() -> str:
        return render_template("page.html", answers=())

    @app.post("/")
    def page_with_answers() -> str | tuple[str, HTTPStatus]:
        sources = read_form(request, settings)
        if not sources:
            missing = render_template("page.html", answers=(), nothing_given=True)
            return missing, HTTPStatus.BAD_REQUEST
        return render_template("page.html", answers=answer_views(verifying.of_bytes(sources)))

    @app.post("/check")
    def check() -> str:
        answer = verifying.of_link(read_link(request, settings))
        return render_template("_answers.html", answers=answer_views([answer]), scanned=True)

    @app.get("/about")
    def about() -> str:
        return render_template("about.html")


def _add_api(app: Flask, settings: WebSettings, verifying: Verifying) -> None:
    @app.post("/api/verify")
    def verify() -> Response:
        answers = verifying.of_bytes(read_api_body(request, settings))
        reports = [answer.report.to_json() for answer in answers]
        return jsonify(reports[0] if len(reports) == 1 else reports)

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok", verifier=software())


def _sentence(words: str) -> str:
    """Words that stand on their own: a capital in front, a full stop behind."""
    return f"{words[:1].upper()}{words[1:]}" + ("" if words.endswith((".", "?", "!")) else ".")


def _refusal(error: HTTPException) -> Response:
    """A request that cannot be answered: as a problem for programs, as a page for people."""
    if error.response is not None and error.code is None:
        return make_response(error.response)
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    if request.path.startswith("/api/"):
        problem = {
            "type": "about:blank",
            "title": status.phrase,
            "status": int(status),
            "detail": error.description or status.phrase,
        }
        response = jsonify(problem)
        response.content_type = "application/problem+json"
    else:
        response = make_response(render_template("error.html", status=int(status)))
    response.status_code = status
    for name in ("Allow", "Retry-After"):
        value = dict(error.get_headers()).get(name)
        if value is not None:
            response.headers[name] = value
    return response


def _fault(error: Exception) -> Response:
    """A fault of ours. The log gets its kind and place, never its words: they may hold a name."""
    places = traceback.extract_tb(error.__traceback__)
    where = f"{places[-1].filename}:{places[-1].lineno}" if places else "nowhere"
    _LOG.error("%s at %s", type(error).__name__, where)
    return _refusal(InternalServerError())
