"""Papers on their way through the desk, for tests."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from issuer.web.desk.forms.transcript import form_of
from tests.issuer import homes
from tests.issuer.web_desk.driver import Browser, fields


def written(preparer: Browser, draft: dict[str, Any] | None = None) -> str:
    """A draft that was written into the form, and could be handed over: its path."""
    begun = preparer.post("/drafts/new", {"begin": "form"})
    path = str(begun.location).removeprefix("/desk")
    form = form_of(draft or homes.draft())
    answer = preparer.post(path, {**form, "act": "preview"})
    assert answer.status_code == 303, answer.text
    return path


def handed_over(preparer: Browser, draft: dict[str, Any] | None = None) -> str:
    """A paper that waits for a signature: the proposal's id."""
    path = written(preparer, draft)
    assert preparer.post(f"{path}/hand-over").status_code == 303
    return path.rpartition("/")[2]


def sign(signatory: Browser, proposal: str) -> TestResponse:
    """Sign what the page shows now, or ask for it all the same where the page offers it not."""
    page = fields(signatory.get(f"/sign/{proposal}").text)
    return signatory.post(f"/sign/{proposal}/signed", {"read": page.get("read", "")})


def signed(preparer: Browser, signatory: Browser, draft: dict[str, Any] | None = None) -> str:
    """A signed paper: the last part of its address."""
    answer = sign(signatory, handed_over(preparer, draft))
    assert answer.status_code == 303, answer.text
    return str(answer.location).rpartition("/")[2]
