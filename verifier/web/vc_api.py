"""The verifier's half of the VC-API (W3C CCG): `POST /credentials/verify`, `/presentations/verify`.

200 says that the verdict is `verified` or `verified_with_remarks`, and lists the remarks under
`warnings`. Everything else is a 400 with `verified: false` and its reasons: a fault in the
document, something that could not be confirmed, a body that holds no document. The full reports
come along, also with a 400.
"""

from __future__ import annotations

from typing import Final, Protocol

from flask import Blueprint, Response, request

from contexts import strict_json
from contexts.errors import DocumentError
from keys.errors import KeysError
from keys.proofs import list_proofs
from verifier.presentations import PresentationReport
from verifier.report import Report
from verifier.web.vc_api_answers import Trouble, answer, told, told_of_presentation
from verifier.web.vc_api_bodies import BodyError, Expected, as_document, expected, read_body
from verifier.web.vc_api_challenges import Challenges

__all__ = ["DocumentVerifying", "vc_api"]


_OTHER_PURPOSE: Final = Trouble(
    "wrong_purpose",
    "The proof was made for something else",
    "A presentation is signed for the purpose of authentication, and for no other.",
)
_CHALLENGE_USED: Final = Trouble(
    "challenge_used",
    "The challenge was answered before",
    "Each challenge is good for one presentation: give the holder a new one.",
)


class DocumentVerifying(Protocol):
    """The verifier behind the routes. Raises nothing that a document could cause."""

    def of_document(self, document: bytes) -> Report:
        """The report on one document, given alone."""
        ...

    def of_presentation(
        self, presentation: bytes, *, challenge: str | None, domain: str | None
    ) -> PresentationReport:
        """The report on a presentation, which must answer the challenge and the domain."""
        ...


def vc_api(verifying: DocumentVerifying, *, challenges: Challenges | None) -> Blueprint:
    """The routes, for any application that answers errors as problems.

    Without `challenges`, one may be answered any number of times: for test suites, which have but
    one for all that they send.
    """
    routes = Blueprint("vc_api", __name__)

    @routes.post("/credentials/verify")
    def verify_credential() -> Response:
        try:
            body = read_body(request, required="verifiableCredential")
            wanted = expected(body.get("options"))
            document = as_document(body["verifiableCredential"])
        except BodyError as error:
            return _unreadable("credential", error)
        report = verifying.of_document(document)
        said = told(report)
        missed = _missed(document, wanted)
        return answer(
            "credential",
            verified=said.verified and not missed,
            problems=(*(one.to_json() for one in missed), *said.problems),
            warnings=said.warnings,
            more={"report": report.to_json()},
        )

    @routes.post("/presentations/verify")
    def verify_presentation() -> Response:
        try:
            body = read_body(request, required="verifiablePresentation")
            wanted = expected(body.get("options"))
            presentation = as_document(body["verifiablePresentation"])
        except BodyError as error:
            return _unreadable("presentation", error)
        if wanted.purpose not in {None, "authentication"}:
            return _refused("presentation", _OTHER_PURPOSE)
        if wanted.challenge is None or challenges is None:
            report = verifying.of_presentation(
                presentation, challenge=wanted.challenge, domain=wanted.domain
            )
            return _presented(report)
        with challenges.claim(wanted.challenge) as claim:
            if not claim.fresh:
                return _refused("presentation", _CHALLENGE_USED)
            report = verifying.of_presentation(
                presentation, challenge=wanted.challenge, domain=wanted.domain
            )
            # Whatever its credentials are worth: the holder has answered, and so has any copy.
            claim.answered = report.holder is not None
        return _presented(report)

    return routes


def _presented(report: PresentationReport) -> Response:
    said = told_of_presentation(report)
    return answer(
        "presentation",
        verified=said.verified,
        problems=said.problems,
        warnings=said.warnings,
        more={"report": report.to_json()},
    )


def _refused(what: str, trouble: Trouble) -> Response:
    return answer(what, verified=False, problems=[trouble.to_json()])


def _unreadable(what: str, error: BodyError) -> Response:
    trouble = Trouble(error.code, "The request cannot be understood", f"{error}.")
    return _refused(what, trouble)


def _missed(document: bytes, wanted: Expected) -> list[Trouble]:
    """What is expected of the proofs and is not so (Data Integrity 1.0, section 4.4).

    An enveloped credential has no proof that could bear a challenge or a domain.
    """
    if wanted in {Expected(), Expected(purpose="assertionMethod")}:
        return []
    purpose = wanted.purpose or "assertionMethod"
    try:
        for proof in list_proofs(strict_json.parse(document), lenient_time=True):
            proof.require(purpose=purpose, challenge=wanted.challenge, domain=wanted.domain)
    except KeysError as error:
        return [Trouble(error.code, "The proof was made for something else", error.message)]
    except DocumentError:
        detail = "Expected a proof with the purpose, challenge and domain asked for, got none."
        return [Trouble("unsigned", "The proof was made for something else", detail)]
    return []
