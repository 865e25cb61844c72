"""What people see of an issuer: its front page, and a page in place of an error."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from flask import Flask, Response, render_template, url_for

import verifier.web
from contexts.documents import PAPERS
from issuer.records import PublicRecords
from issuer.store import Institution
from keys.did import parse
from verifier.report import software
from verifier.web.plain import line
from verifier.web.wording import country

__all__ = ["PAGES", "PAGE_POLICY", "add_pages", "error_page"]

#: The paths whose answers are always pages.
PAGES: Final = frozenset({"/"})
#: What a page may load: its style and its mark.
PAGE_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_OURS: Final = Path(__file__).parent / "static"
_VERIFIERS: Final = Path(verifier.web.__file__).parent / "static"


def add_pages(app: Flask, records: PublicRecords) -> None:
    """Add the front page, its style and its mark; the look is the verifier's."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(software=software())
    app.jinja_env.filters.update(address_of=_address_of, country=country, line=line, spaced=_spaced)
    sheet = b"\n".join(
        path.read_bytes() for path in (_VERIFIERS / "verifier.css", _OURS / "issuer.css")
    )
    mark = (_VERIFIERS / "mark.svg").read_bytes()

    @app.get("/")
    def index() -> Response:
        institutions = sorted(records.institutions(), key=lambda one: one.legal_name.casefold())
        page = render_template("issuer.html", institutions=institutions, papers=sorted(PAPERS))
        return Response(page, content_type="text/html; charset=utf-8")

    @app.get("/style.css")
    def style() -> Response:
        return _own_file(sheet, "text/css; charset=utf-8")

    @app.get("/mark.svg")
    def mark_of_pages() -> Response:
        return _own_file(mark, "image/svg+xml")


def error_page(status: int) -> str:
    """What a person reads who opened an address that answers with `status`."""
    return render_template("error.html", status=status)


def _own_file(body: bytes, content_type: str) -> Response:
    response = Response(body, content_type=content_type)
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _address_of(institution: Institution) -> str:
    """Where the institution's DID document stands here."""
    if parse(institution.did).path:
        return url_for("did_of_path", slug=institution.slug)
    return url_for("did_of_host")


def _spaced(name: str) -> str:
    """`PersonalTranscript` as words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()
