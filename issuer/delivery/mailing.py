"""Sending learners the links on their papers: one message for each learner, and a result each.

1. What was sent is marked at once, with the link; a paper with such a mark is passed over, so the
   same addresses may be given again after a fault. A kill between sending and marking sends one
   message twice, and never none.
2. The papers of one address go in one message, in the language of the first of them.
3. Addresses are used and not kept.
4. A letter that is refused does not hold up the others; a server that is away ends it all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from contexts import strict_json
from issuer.delivery.claims import DAYS, Claims, MadeClaim
from issuer.delivery.mail import Letter, Post
from issuer.delivery.mail_texts import MailText, mail_text
from issuer.delivery.pdf_words import LANGUAGES, Words
from issuer.delivery.recipients import Recipient
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.paper_index import title_of
from issuer.store import Document
from verifier.web.plain import line

__all__ = ["Mailing", "Sent"]

_ENDS_ALL: Final = frozenset({"mail_unreachable", "bad_mail_settings", "bad_mail_text"})


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the link on one paper."""

    paper: str = field(repr=False)
    state: Literal["sent", "sent before", "not sent"]
    problem: str = ""


class Mailing:
    """Sends for one institution of a home; `by` is how the audit names who lets it be sent."""

    def __init__(
        self,
        home: Home,
        institution: str,
        post: Post,
        *,
        by: str,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self._home = home
        self._institution = home.records.institution(institution)
        self._post = post
        self._by = by
        self._clock = clock
        self._claims = Claims(home.store, clock=clock, random=random)
        # All of them are read before the first letter, so that a fault in one sends none.
        self._texts = {
            language: mail_text(home.folder, institution, language) for language in LANGUAGES
        }

    def send(
        self, recipients: Iterable[Recipient], *, days: int = DAYS, again: bool = False
    ) -> Iterator[Sent]:
        """Send, learner by learner; links are good for `days`.

        `again` sends also what was sent before. Raises IssuerError `mail_unreachable`,
        `unknown_document`, `bad_days`, and as the store; what was sent until then stays sent.
        """
        for email, papers in _together(recipients).items():
            waiting = [one for one in papers if again or not self._claims.is_mailed(one)]
            yield from (Sent(one, "sent before") for one in papers if one not in waiting)
            if waiting:
                yield from self._one(email, waiting, days)

    def _one(self, email: str, papers: list[str], days: int) -> Iterator[Sent]:
        rows = [self._row(one) for one in papers]
        made = [self._claims.make(one, by=self._by, days=days) for one in papers]
        try:
            self._post.send(self._letter(email, rows, made), at=self._clock())
        except IssuerError as error:
            for paper, claim in zip(papers, made, strict=True):
                self._claims.withdraw(paper, claim.key, by=self._by)
            if error.code in _ENDS_ALL:
                raise
            yield from (Sent(one, "not sent", error.message) for one in papers)
            return
        # All of them before the first is told of: whoever listens may stop there.
        for claim in made:
            self._claims.mark_mailed(claim.key, by=self._by)
        yield from (Sent(one, "sent") for one in papers)

    def _row(self, paper: str) -> Document:
        with self._home.store.read() as session:
            row = session.get(Document, paper)
        if row is None or row.institution != self._institution.slug or row.signed is None:
            raise IssuerError("unknown_document", "One of the papers is not here.")
        return row

    def _letter(self, email: str, rows: list[Document], made: list[MadeClaim]) -> Letter:
        documents = [strict_json.parse(row.signed or b"") for row in rows]
        language = _language(documents[0])
        words, text = Words(language), self._texts[language]
        base = self._home.settings.base_url
        links = "\n\n".join(
            f"{words(f'kinds.{row.kind}')}:\n{claim.address(base)}"
            for row, claim in zip(rows, made, strict=True)
        )
        name = line(title_of(documents[0]))
        facts = {
            "name": name,
            "institution": line(self._institution.legal_name),
            "links": links,
            "until": words.day(min(one.expires_at for one in made).date()),
        }
        return _letter_of(text, facts, email, language)


def _letter_of(text: MailText, facts: dict[str, str], email: str, language: str) -> Letter:
    return Letter(email, facts["name"], text.subject_with(facts), text.body_with(facts), language)


def _together(recipients: Iterable[Recipient]) -> dict[str, list[str]]:
    """The papers of each address, each once; the case of its letters makes no other person."""
    found: dict[str, tuple[str, list[str]]] = {}
    for one in recipients:
        _, papers = found.setdefault(one.email.casefold(), (one.email, []))
        if one.paper not in papers:
            papers.append(one.paper)
    return dict(found.values())


def _language(document: Any) -> str:
    own = str(document.get("contentLanguage", "")).partition("-")[0]
    return own if own in LANGUAGES else LANGUAGES[0]
