"""The audit log, for those who watch: what was done, whether it is as it was written, proofs."""

from __future__ import annotations

import re
from typing import Final

from flask import Response as FlaskResponse
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from contexts.audit_entry import subject_of
from issuer.accounts.people import actor_of
from issuer.audit import AuditLogs, Checked, check, sign_head
from issuer.errors import IssuerError
from issuer.store import Role
from issuer.web.desk.desk import current, desk, say
from issuer.web.desk.registry import Pages, Takes
from keys.checkpoint import SignedCheckpoint
from keys.errors import KeysError
from verifier.kept_checkpoints import read_checkpoint

__all__ = ["pages"]

pages = Pages()
_WATCHING: Final = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
_MOST: Final = 100
_LARGEST: Final = 128 * 1024
_TOKEN: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)


@pages.page(
    "/audit", roles=_WATCHING, takes=Takes(frozenset({"action", "paper", "before"})), nav="Audit"
)
def audit() -> str:
    """The acts, the newest first, all or filtered."""
    return _page()


@pages.page(
    "/audit/check",
    roles=_WATCHING,
    method="POST",
    takes=Takes(files=frozenset({"checkpoint"})),
    name="check_audit",
)
def check_audit() -> str | tuple[str, int]:
    """Work the whole log out anew; with a checkpoint that somebody kept, against that too."""
    kept: list[SignedCheckpoint] = []
    given = request.files.get("checkpoint")
    body = given.read(_LARGEST + 1) if given is not None else b""
    if body:
        try:
            kept = [read_checkpoint(body)[0]]
        except KeysError:
            return _page(error="This file is no checkpoint of a log."), 422
    return _page(found=check(desk().home, current().institution, kept=kept))


@pages.page("/audit/checkpoint", roles=_WATCHING, name="audit_checkpoint")
def checkpoint() -> Response:
    """The newest signed checkpoint, to be given to others."""
    signed = AuditLogs(desk().home.store).checkpoint(current().institution)
    if signed is None:
        raise IssuerError("unknown_checkpoint", "No head of the log was signed yet.")
    return _file(signed.body, "checkpoint.txt")


@pages.page("/audit/sign", roles=_WATCHING, method="POST", name="sign_audit")
def sign_audit() -> Response:
    """Sign the present head of the log."""
    with desk().turn:
        signed = sign_head(desk().home, current().institution, at=desk().clock())
    say(f"The head of {signed.checkpoint.size} entries is signed.")
    return redirect(url_for("audit"), 303)


@pages.page("/audit/<int:number>/proof", roles=_WATCHING, name="audit_proof")
def proof(number: int) -> Response:
    """That an entry is in the log of the newest checkpoint."""
    found = AuditLogs(desk().home.store).proof(current().institution, number)
    return _file(found.to_bytes(), f"entry-{number}.tlog-proof")


def _page(found: Checked | None = None, error: str | None = None) -> str:
    institution, logs = current().institution, AuditLogs(desk().home.store)
    asked = {name: request.args.get(name, "").strip() for name in ("action", "paper", "before")}
    before = asked["before"]
    entries = logs.entries(
        institution,
        before=int(before) if before.isdecimal() and len(before) < 16 else None,
        most=_MOST,
        action=asked["action"],
        subject=_subject(asked["paper"]),
    )
    signed = logs.checkpoint(institution)
    return render_template(
        "desk/audit.html",
        entries=entries,
        asked=asked,
        actions=logs.actions(institution),
        size=logs.size(institution),
        covered=signed.checkpoint.size if signed else 0,
        older=entries[-1].number if entries and entries[-1].number else None,
        names={actor_of(row.id): row.name for row, _ in desk().people.all(institution)},
        found=found,
        error=error,
    )


def _subject(paper: str) -> str | None:
    """How the log names a paper, by its address or the last part of that."""
    if not paper:
        return None
    token = paper.rpartition("/")[2]
    # What names no paper finds no entry, rather than every one.
    return subject_of(token) if _TOKEN.fullmatch(token) else "none"


def _file(body: bytes, name: str) -> Response:
    response = FlaskResponse(body, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
