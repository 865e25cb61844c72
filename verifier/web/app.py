"""The verifier's page and its programming interface.

- `GET /` the page, `POST /` the same with an answer, for browsers without JavaScript;
- `POST /answers` the same step by step, and `POST /check` the answer to a link, as pieces of that
  page for its script;
- `POST /api/verify` reports as JSON, for programs;
- `POST /receipt`, `POST /api/receipt` a signed receipt of an answer, where they are given out;
- `GET /about` who runs this and what becomes of what people give;
- `GET /openapi.json`, `/healthz`, `/metrics` for operators and their tools.

Whatever the verdict, an answer is an HTTP 200: the report says what was found. Errors are RFC 9457
problems for programs and pages for people. Nothing that is checked is kept or logged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, jsonify, render_template, request, stream_with_context
from werkzeug.exceptions import BadRequest, LengthRequired

from verifier.languages import ENGLISH, LANGUAGES
from verifier.report import software
from verifier.web import wording
from verifier.web.answers import Answer, Verifying
from verifier.web.headers import protect, share
from verifier.web.metrics import Metrics
from verifier.web.openapi import verifier_openapi
from verifier.web.problems import answer_errors, only_for_programs
from verifier.web.receipt_openapi import receipt_paths
from verifier.web.receipts import Receipting, offered, receipt_routes
from verifier.web.requests import (
    InMemoryRequest,
    read_api_body,
    read_form,
    read_left_out,
    read_link,
)
from verifier.web.settings import WebSettings
from verifier.web.speech import asked_language, speak
from verifier.web.steps import rows, told_in_lines
from verifier.web.vc_api import vc_api
from verifier.web.vc_api_challenges import Challenges
from verifier.web.view import answer_views

__all__ = ["verifier_app"]

#: Beside the files themselves: a form's boundaries, names and the pasted text.
_FORM_OVERHEAD = 64 * 1024


def verifier_app(
    settings: WebSettings, verifying: Verifying, *, receipting: Receipting | None = None
) -> Flask:
    """The application, for any WSGI server; it keeps no state.

    With `receipting` it offers a signed receipt of each answer.
    """
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
    speak(app, kept=only_for_programs)
    metrics = Metrics()
    metrics.watch(app)
    verifying = metrics.counting(verifying)
    _add_pages(app, settings, verifying, receipts=receipting is not None)
    _add_api(app, settings, verifying)
    paths: dict[str, Any] = {}
    if receipting is not None:
        app.register_blueprint(receipt_routes(receipting, verifying, settings))
        paths = receipt_paths(settings, published=receipting.did_document() is not None)
    _add_service(app, settings, paths)
    app.register_blueprint(vc_api(verifying, challenges=Challenges()))

    @app.before_request
    def measured() -> None:
        # A body without a length is cut at the limit, and a cut document would be judged.
        if "Transfer-Encoding" in request.headers:
            raise LengthRequired("Expected the length of the body in Content-Length.")

    @app.after_request
    def protected(response: Response) -> Response:
        own_file = request.endpoint == "static" and response.status_code < 400
        answered = protect(response, own_file=own_file)
        return share(answered, request.path, asking=request.method == "OPTIONS")

    answer_errors(
        app,
        lambda status: render_template("error.html", status=status),
        pages=frozenset({"/", "/about", "/answers", "/check", "/receipt"}),
    )
    return app


def _add_pages(app: Flask, settings: WebSettings, verifying: Verifying, *, receipts: bool) -> None:
    def answered(template: str, answers: Sequence[Answer], **more: Any) -> str:
        form = offered(answers, settings) if receipts else None
        shown = {"answers": answer_views(answers), "rows": rows([1] * len(answers)), **more}
        return render_template(template, receipts=form, **shown)

    @app.get("/")
    def page() -> str:
        return render_template("page.html", answers=())

    @app.post("/")
    def page_with_answers() -> str | tuple[str, HTTPStatus]:
        sources = read_form(request, settings)
        if not sources:
            missing = render_template("page.html", answers=(), nothing_given=True)
            return missing, HTTPStatus.BAD_REQUEST
        return answered("page.html", verifying.of_bytes(sources))

    @app.post("/answers")
    def answers_in_steps() -> Response:
        sources, left_out = read_form(request, settings), read_left_out(request)
        if not (sources or left_out) or not request.form.get("text", "x").strip():
            raise BadRequest("Nothing was given.")

        def page_piece(answers: Sequence[Answer], spread: Sequence[int]) -> str:
            return answered("_answers.html", answers, rows=rows(spread, left_out))

        steps = verifying.of_each(sources)
        lines = stream_with_context(told_in_lines(steps, page_piece))
        return Response(lines, content_type="application/x-ndjson")

    @app.post("/check")
    def check() -> str:
        answer = verifying.of_link(read_link(request, settings))
        return answered("_answers.html", [answer], scanned=True)

    @app.get("/about")
    def about() -> str:
        return render_template("about.html")


def _add_api(app: Flask, settings: WebSettings, verifying: Verifying) -> None:
    @app.post("/api/verify")
    def verify() -> Response:
        try:
            language = asked_language()
        except KeyError:
            raise BadRequest(f"Expected one of the languages {', '.join(LANGUAGES)}.") from None
        answers = verifying.of_bytes(read_api_body(request, settings))
        reports = [answer.report.to_json(language=language) for answer in answers]
        answered = jsonify(reports[0] if len(reports) == 1 else reports)
        answered.content_language.add(language or ENGLISH)
        answered.vary.add("Accept-Language")
        return answered


def _add_service(app: Flask, settings: WebSettings, paths: Mapping[str, Any]) -> None:
    """What operators and their tools ask for; `paths` are documented besides those always there."""

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok", verifier=software())

    @app.get("/openapi.json")
    def openapi() -> Response:
        return jsonify(verifier_openapi(settings, paths))
