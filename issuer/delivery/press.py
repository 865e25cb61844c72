"""From a signed document and what is known here to a print: checked first, in its house's look."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from issuer.delivery.look import PLAIN, Look, read_look
from issuer.delivery.pdf import language_of, paper_pdf
from issuer.home import Home
from verifier import link
from verifier.report import Report, VerifiedPaper
from verifier.resolve import did_address
from verifier.service import Verifier
from verifier.verify import Surroundings, verify

__all__ = ["Press", "look_of"]


@dataclass(frozen=True, slots=True)
class Press:
    """Prints what `verifier` accepts, with codes that lead to the page at `verifier_url`.

    With a `home`, its institutions' keys are taken from its own records, without the network, and
    their papers are printed in their look.
    """

    verifier: Verifier
    verifier_url: str
    home: Home | None = None

    def print(self, body: bytes, *, at: datetime, language: str | None = None) -> bytes:
        """The PDF of a signed document; `at` is when it is checked.

        `language` is that of the fixed words, by default the paper's own. Raises IssuerError and
        VerifierError as `paper_pdf`.
        """
        report = self.report(body, at=at)
        if not isinstance(report.credential, VerifiedPaper):
            return paper_pdf(body, report, link="", language=language or "en")
        paper = report.credential.paper
        return paper_pdf(
            body,
            report,
            link=link.make(self.verifier_url, paper.id, body),
            language=language or language_of(paper),
            look=look_of(self.home, paper.issuer.id),
        )

    def report(self, body: bytes, *, at: datetime) -> Report:
        """What our own verifier says of the document."""
        given = self._given()
        policy = self.verifier.policy
        if self.home and self.home.settings.base_url.startswith("http://"):
            origins = policy.plain_origins | {self.home.settings.base_url}
            policy = replace(policy, plain_origins=origins)
        surroundings = Surroundings(
            self.verifier.trust,
            self.verifier.door,
            given,
            self.verifier.read_lists,
            self.verifier.key_history,
        )
        return verify(body, surroundings=surroundings, policy=policy, at=at)

    def _given(self) -> Mapping[str, bytes]:
        """The DID documents of the home, by their addresses."""
        if self.home is None:
            return {}
        base = self.home.settings.base_url
        origins = frozenset({base}) if base.startswith("http://") else frozenset()
        policy = replace(self.verifier.policy, plain_origins=origins)
        return {
            did_address(one.did, policy): json.dumps(
                self.home.records.did_document(one.slug), ensure_ascii=False
            ).encode()
            for one in self.home.records.institutions()
        }


def look_of(home: Home | None, did: str) -> Look:
    """The look of the institution with that DID; the plain one for those of elsewhere."""
    if home is None:
        return PLAIN
    for one in home.records.institutions():
        if one.did == did:
            return read_look(home.folder / "looks" / one.slug)
    return PLAIN
