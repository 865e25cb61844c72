"""Recognition: by whom, of what, how much; and the certificate that rests on it."""

from __future__ import annotations

from typing import Any

from tests.chain_papers import PERSON, POINTS, TOWARDS, Chain
from tests.chain_papers import statement as drafted
from tests.verifier.tables.case import Case, Change, drop, every, put
from tests.verifier.tables.memorandum import spoiled
from tests.verifier.tables.points import everywhere
from tests.world import reference

__all__ = ["CASES"]

REMARKS, FALSE, VERIFIED = "verified_with_remarks", "not_verified", "verified"
#: What a statement verified by itself has otherwise than the transcript.
STATEMENT = frozenset({"agreement_complete", "units_none", "points_not_asked"})
CERTIFICATE = frozenset({"agreement_none", "memorandum_none", "units_none", "points_not_asked"})
BARE = frozenset({"memorandum_none", "agreement_none", "units_consistent", "points_correct"})
NO_MOBILITY = drop("mobility", "underAgreement", "underMemorandum", "underSpecification")
UNCHANGED = put()
DECISION = "recognitionDecision[{}].recognitionResult"


def decided(first: str, second: str) -> dict[str, Change]:
    return {"statement": put({DECISION.format(0): first, DECISION.format(1): second})}


def signed_again(chain: Chain) -> None:
    """The transcript was changed after it had been decided on."""
    transcript = {**chain.documents["transcript"], "validFrom": "2026-06-13T09:00:00Z"}
    chain.documents["transcript"] = chain.world.sign(transcript, "omnia")


def another_transcript(chain: Chain) -> None:
    """A second transcript of the same learner; the statement is about the first."""
    draft = {**chain.documents["transcript"], "id": "https://omnia.example/credentials/another"}
    before = str(chain.documents["transcript"]["id"])
    chain.documents["transcript"] = chain.world.sign(readdressed(draft, before), "omnia")


def readdressed(value: Any, before: str) -> Any:
    """The document with every id below `before` moved to another address."""
    if isinstance(value, dict):
        return {name: readdressed(item, before) for name, item in value.items()}
    if isinstance(value, list):
        return [readdressed(item, before) for item in value]
    if isinstance(value, str) and value.startswith(before):
        return "https://omnia.example/credentials/another" + value.removeprefix(before)
    return value


def by(institution: str) -> dict[str, Any]:
    return {"issuers": {"statement": institution}, "signers": {"statement": (institution,)}}


def pinned_home(chain: Chain) -> None:
    chain.world.pinned = ["stranger"]


def certificate(
    *,
    points: str = "30",
    statements: int = 1,
    apart: bool = False,
    change: Change = UNCHANGED,
    spoil: bool = False,
) -> Any:
    """The awarding body's certificate, which rests on the chain's recognition statement.

    With `apart`, each of two statements decides on one of the two units.
    """

    def after(chain: Chain) -> None:
        made = chain.documents
        shown = [made["statement"]]
        for number in range(1, statements):
            draft = drafted(made["transcript"], made["memorandum"], made["agreement"])
            draft["validFrom"] = f"2026-07-0{number + 1}T09:00:00Z"
            if apart:
                both = draft["credentialSubject"]["recognitionDecision"]
                draft["credentialSubject"]["recognitionDecision"] = both[1:]
                first = drafted(made["transcript"], made["memorandum"], made["agreement"])
                first["credentialSubject"]["recognitionDecision"] = both[:1]
                made["statement"] = shown[0] = chain.world.issue(first, "college")
            made[f"statement {number}"] = chain.world.issue(draft, "college")
            shown.append(made[f"statement {number}"])
        draft = {
            "type": "QualificationCertificate",
            "contentLanguage": "en",
            "validFrom": "2026-08-01T09:00:00Z",
            "credentialSubject": {
                **PERSON,
                "towards": TOWARDS,
                "pointsSystem": POINTS,
                "totalPoints": points,
                "awardedOn": "2026-07-31",
                "basedOn": [reference(one, "RecognitionStatement") for one in shown],
            },
        }
        change(draft["credentialSubject"])
        made["certificate"] = chain.world.issue(draft, "omnia")
        if spoil:
            spoiled(0)(made["statement"])

    return after


def certified(finds: tuple[str, str, str, str], after: Any, **more: Any) -> Case:
    """A case about the certificate."""
    more = {"besides": CERTIFICATE, "together": ("statement", "transcript", "agreement"), **more}
    return Case(about="certificate", finds=finds, after=after, **more)


def of_statement(finds: tuple[str, str, str, str], **more: Any) -> Case:
    """A case about the statement itself."""
    more = {"besides": STATEMENT, "together": ("transcript", "agreement"), **more}
    return Case(about="statement", finds=finds, **more)


CASES: dict[str, Case] = {
    # --- what was decided, seen from the transcript
    "of all units": Case(finds=("recognition", "pass", "recognised", VERIFIED)),
    "in part": Case(
        finds=("recognition", "warn", "recognised_in_part", REMARKS),
        change=decided("Recognised", "NotRecognised"),
    ),
    "of a unit in part": Case(
        finds=("recognition", "warn", "recognised_in_part", REMARKS),
        change=decided("Recognised", "PartlyRecognised"),
    ),
    "of nothing": Case(
        finds=("recognition", "warn", "recognised_nothing", REMARKS),
        change=decided("NotRecognised", "NotRecognised"),
    ),
    "not shown": Case(
        finds=("recognition", "not_applicable", "recognition_none", VERIFIED),
        together=("agreement",),
    ),
    "of a unit that the transcript does not have": Case(
        finds=("recognition", "fail", "recognition_of_unknown_unit", FALSE),
        change={"statement": put({"recognitionDecision[0].unit": "https://omnia.example/u/9"})},
    ),
    "of another learner": Case(
        finds=("recognition", "fail", "recognition_other_learner", FALSE),
        change={"statement": put({"birthdate": "2004-03-04"})},
    ),
    "of another transcript": Case(
        finds=("recognition", "warn", "recognition_other_transcript", REMARKS),
        after=another_transcript,
    ),
    "of another version of the transcript": Case(
        finds=("recognition", "fail", "recognition_of_other_version", FALSE),
        after=signed_again,
    ),
    "by a statement whose signature is invalid": Case(
        finds=("recognition", "not_applicable", "recognition_none", VERIFIED),
        tamper={"statement": spoiled(0)},
    ),
    # --- by whom
    "by the host": Case(finds=("recognition", "fail", "recognition_by_host", FALSE), **by("omnia")),
    "by another than agreed": Case(
        finds=("recognition", "fail", "recognition_by_other", FALSE), **by("stranger")
    ),
    "by another than the sending institution, no agreement shown": Case(
        finds=("recognition", "fail", "recognition_by_other", FALSE),
        besides=frozenset({"agreement_not_shown"}),
        together=("statement",),
        **by("stranger"),
    ),
    "by whom the agreement names, which is not the sending institution": Case(
        finds=("recognition", "pass", "recognised", VERIFIED),
        change={
            "agreement": every(
                put({"recognitionPlan.recognisingInstitution": "stranger"}),
            )
        },
        **by("stranger"),
    ),
    "without a mobility, by an institution that nobody knows": Case(
        finds=("recognition", "warn", "recognition_by_unknown", REMARKS),
        besides=BARE,
        change={"transcript": NO_MOBILITY},
        **by("stranger"),
    ),
    "without a mobility, by an institution that the operator knows": Case(
        finds=("recognition", "pass", "recognised", VERIFIED),
        besides=BARE,
        change={"transcript": NO_MOBILITY},
        after=pinned_home,
        **by("stranger"),
    ),
    # --- the statement itself
    "the statement itself": of_statement(("recognition", "pass", "recognised", VERIFIED)),
    "the statement itself, its transcript not shown": of_statement(
        ("recognition", "pass", "recognised", VERIFIED),
        besides=(STATEMENT - {"agreement_complete"}) | {"agreement_not_shown"},
        together=(),
    ),
    "the statement itself, in part": of_statement(
        ("recognition", "warn", "recognised_in_part", REMARKS),
        change=decided("Recognised", "NotRecognised"),
    ),
    "the statement itself, by the host": of_statement(
        ("recognition", "fail", "recognition_by_host", FALSE),
        besides=STATEMENT | {"competence_wrong_role"},
        **by("omnia"),
    ),
    "the statement itself, of another learner": of_statement(
        ("recognition", "fail", "recognition_other_learner", FALSE),
        change={"statement": put(surnames="Virtala")},
    ),
    "the statement itself, its transcript not sound": of_statement(
        ("recognition", "fail", "recognition_transcript_not_sound", FALSE),
        after=lambda chain: spoiled(0)(chain.documents["transcript"]),
    ),
    "the statement itself, of another version": of_statement(
        ("recognition", "fail", "recognition_transcript_not_sound", FALSE), after=signed_again
    ),
    # --- the certificate
    "a certificate that its statement bears out": certified(
        ("recognition", "pass", "recognition_complete", VERIFIED), certificate()
    ),
    "a certificate that two statements on other units bear out": certified(
        ("recognition", "pass", "recognition_complete", VERIFIED),
        certificate(statements=2, apart=True),
        together=("statement", "statement 1", "transcript", "agreement"),
    ),
    "a certificate that counts a unit twice": certified(
        ("recognition", "fail", "recognition_counted_twice", FALSE),
        certificate(points="60", statements=2),
        together=("statement", "statement 1", "transcript", "agreement"),
    ),
    "a certificate of another learner": certified(
        ("recognition", "fail", "recognition_other_learner", FALSE),
        certificate(change=put(firstNames="Mari")),
    ),
    "a certificate without points": certified(
        ("recognition", "pass", "recognition_complete", VERIFIED),
        certificate(change=drop("totalPoints")),
        change={"statement": everywhere(None)["statement"]},
    ),
    "a certificate whose statements are not shown": certified(
        ("recognition", "not_applicable", "recognition_none", VERIFIED), certificate(), together=()
    ),
    "a certificate of which one statement is not shown": certified(
        ("recognition", "not_applicable", "recognition_none", VERIFIED),
        certificate(points="60", statements=2),
    ),
    "a certificate with more points than its statements": certified(
        ("recognition", "fail", "recognition_points_missing", FALSE), certificate(points="45")
    ),
    "a certificate that counts points not recognised": certified(
        ("recognition", "fail", "recognition_points_missing", FALSE),
        certificate(),
        change=decided("Recognised", "NotRecognised"),
    ),
    "a certificate whose statement is not sound": certified(
        ("recognition", "fail", "recognition_statement_not_sound", FALSE), certificate(spoil=True)
    ),
    "a certificate by a body without the role to award": certified(
        ("competence", "warn", "competence_unknown", REMARKS),
        certificate(),
        besides=CERTIFICATE | {"recognition_complete"},
        change={"memorandum": put({"partner[0].partnerRole": [{"competenceRole": "Assesses"}]})},
    ),
}
