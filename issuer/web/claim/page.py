"""What the learner's page shows, and the files that it gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from contexts import strict_json
from issuer.delivery import qr
from issuer.delivery.claims import Claimed, Claims
from issuer.delivery.prints import code_link, learner_print
from issuer.delivery.sharing import DAYS, Sharing, is_open
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.paper_index import title_of
from issuer.status.standing import Standings
from issuer.store import Document, Share
from issuer.web.claim.words import PageWords
from verifier.web.plain import line

__all__ = ["Learner", "Opened", "files", "shown"]

_JSON: Final = "application/vc"
_ORDER: Final = ("open", "ended", "stopped")


@dataclass(frozen=True, slots=True)
class Learner:
    """What is at hand for whoever has a link."""

    home: Home
    claims: Claims
    sharing: Sharing
    clock: Callable[[], datetime]

    def open(self, secret: str) -> Opened:
        """The paper behind a link. Raises IssuerError as `Claims.find`."""
        claimed: Claimed = self.claims.find(secret)
        document = strict_json.parse(claimed.document.signed or b"")
        return Opened(claimed.document, document, claimed.expires_at)


@dataclass(frozen=True, slots=True)
class Opened:
    """A paper whose link was opened."""

    row: Document
    document: Any
    expires_at: datetime

    @property
    def language(self) -> str:
        """The language that the paper is written in."""
        return str(self.document.get("contentLanguage", ""))


@dataclass(frozen=True, slots=True)
class _Shown:
    """One link that the learner made, as the page shows it."""

    token: str
    state: Literal["open", "ended", "stopped"]
    made: str
    ends: str
    link: str


def shown(learner: Learner, opened: Opened, words: PageWords) -> dict[str, Any]:
    """What the template of the page is given besides words."""
    at, row = learner.clock(), opened.row
    institution = line(learner.home.records.institution(row.institution).legal_name)
    standing = Standings(learner.home, clock=learner.clock).show(row.id)
    fallen: tuple[tuple[str, datetime | None], ...] = (
        ("superseded", standing.superseded_at),
        ("withdrawn", standing.revoked_at),
        ("suspended", standing.suspended_at),
    )
    how, since = next(((how, since) for how, since in fallen if since), ("good", None))
    printed = learner.sharing.printed(row.id)
    return {
        "institution": institution,
        "kind": words.prints(f"kinds.{row.kind}"),
        "title": line(title_of(opened.document)),
        "signed": words.prints.day((row.issued_at or at).date()),
        "ends": words.prints.day(opened.expires_at.date()),
        "how": how,
        "since": words.prints.day(since.date()) if since else "",
        "printed": printed,
        "was_printed": printed is None and learner.sharing.ever_printed(row.id),
        "badge": row.kind == "ExpertCertificate",
        "verifier": learner.home.settings.verifier_url,
        "days": DAYS,
        "shares": sorted(
            (
                _share(learner.home, row, one, words, at)
                for one in learner.sharing.of(row.id)
                if not one.printed
            ),
            key=lambda one: _ORDER.index(one.state),
        ),
    }


def _share(home: Home, row: Document, one: Share, words: PageWords, at: datetime) -> _Shown:
    state: Literal["open", "ended", "stopped"]
    state = "stopped" if one.stopped_at else "open" if is_open(one, at=at) else "ended"
    last = one.stopped_at or one.expires_at or at
    return _Shown(
        one.token,
        state,
        words.prints.day(one.created_at.date()),
        words.prints.day(last.date()),
        code_link(home, row, one),
    )


def files(
    learner: Learner, opened: Opened, name: str, *, language: str, shared_by: str | None = None
) -> tuple[bytes, str]:
    """A file of the paper by its name, and its media type.

    `paper.json`, `paper.pdf`, `badge.png`, `badge.svg`, `code.svg` (that of prints, or of the open
    link `shared_by`). Raises IssuerError: `unknown_file` (there is none of that name, or not now),
    `not_verified` (the paper does not stand any more), and as the store.
    """
    row, home = opened.row, learner.home
    body = row.signed or b""
    match name:
        case "paper.json":
            return body, _JSON
        case "badge.png" | "badge.svg" if row.kind == "ExpertCertificate":
            from issuer.delivery.badge import badge  # noqa: PLC0415 # typesetting is heavy

            if name == "badge.png":
                return badge(body, kind="png"), "image/png"
            return badge(body, kind="svg"), "image/svg+xml"
        case "paper.pdf" | "code.svg":
            share = learner.sharing.printed(row.id)
            if shared_by is not None:
                at = learner.clock()
                share = next(
                    (
                        one
                        for one in learner.sharing.of(row.id)
                        if one.token == shared_by and is_open(one, at=at)
                    ),
                    None,
                )
            if share is not None and name == "code.svg":
                return qr.svg(code_link(home, row, share)).encode(), "image/svg+xml"
            if share is not None:
                made = learner_print(home, row, share, at=learner.clock(), language=language)
                return made, "application/pdf"
    raise IssuerError("unknown_file", "There is no such file.")
