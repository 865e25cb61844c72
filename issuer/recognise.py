"""The home institution's answer to a transcript, and a learner's progress towards a qualification.

`propose` drafts a recognition statement from what the verifier found: agreement and memorandum
speak for a unit, the decision stays the institution's. `progress` adds up what was recognised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contexts.documents import to_json
from contexts.documents.assessment import UnitAchievement
from contexts.documents.learning import PointsValue
from contexts.documents.recognition import RecognitionDecision, RecognitionStatement
from contexts.documents.specification import QualificationSpecification
from contexts.documents.transcript import PersonalTranscript
from contexts.points import NO_POINTS, total
from issuer.errors import IssuerError
from verifier.report import Report, Verdict

__all__ = ["Decision", "Progress", "changed", "progress", "propose", "statement_draft"]

_RESULTS = {"yes": "Recognised", "partly": "PartlyRecognised", "no": "NotRecognised"}


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided on one unit: `result` is Recognised, PartlyRecognised or NotRecognised.

    `effect` is CountsTowardsQualification, ExemptsFromTraining or ShortensTraining, the last with
    `shortened_by`; what is recognised without an effect counts towards the qualification.
    """

    unit: str
    title: str
    result: str
    points: str | None
    reason: str
    effect: str | None = None
    shortened_by: str | None = None


def propose(report: Report) -> tuple[PersonalTranscript, list[Decision]]:
    """A transcript as verified, with a decision proposed for each unit in its order.

    Raises IssuerError: `not_verified` (nothing may be recognised on it), `not_a_transcript`.
    """
    if report.credential is None or report.verdict in {Verdict.NOT_VERIFIED, Verdict.UNCONFIRMED}:
        failed = [found for found in report.checks if found.outcome.value in {"fail", "unknown"}]
        said = failed[0].to_json()["title"] if failed else "it could not be confirmed"
        raise IssuerError("not_verified", f"The transcript cannot be recognised as it is: {said}.")
    transcript = report.paper
    if not isinstance(transcript, PersonalTranscript):
        raise IssuerError("not_a_transcript", "Only a personal transcript can be recognised.")
    rows = {row["unit"]: row for row in report.comparison}
    covered = report.check("memorandum").code == "memorandum_in_force"
    units = sorted(
        transcript.credential_subject.unit_achievement, key=lambda unit: int(unit.position)
    )
    return transcript, [_proposed(unit, rows, covered=covered) for unit in units]


def _proposed(
    unit: UnitAchievement, rows: Mapping[str, Mapping[str, Any]], *, covered: bool
) -> Decision:
    result = unit.unit_assessment.assessment_result
    points = unit.points_awarded.amount if isinstance(unit.points_awarded, PointsValue) else None
    identity, title = unit.achieved_unit.id, unit.achieved_unit.title
    if result == "NotAchieved":
        return Decision(identity, title, "NotRecognised", None, "The unit was not achieved.")
    if result == "PartlyAchieved":
        reason = "The unit was achieved in part."
        return Decision(identity, title, "PartlyRecognised", None, reason)
    agreed = rows.get(identity, {}).get("expected") is not None
    reason = (
        "Achieved as agreed in the learning agreement."
        if agreed
        else "Achieved, and covered by the memorandum."
        if covered
        else "Achieved; neither agreement nor memorandum was shown."
    )
    return Decision(identity, title, "Recognised", points, reason)


def changed(decisions: Sequence[Decision], changes: Iterable[str]) -> list[Decision]:
    """Decisions with changes of the form `N=yes|partly|no:reason`, N counted from 1.

    Raises IssuerError("bad_decision").
    """
    made = list(decisions)
    for change in changes:
        number, _, rest = change.partition("=")
        word, _, reason = rest.partition(":")
        if not number.isdecimal() or not 1 <= int(number) <= len(made) or word not in _RESULTS:
            raise IssuerError(
                "bad_decision",
                f"Got {change!r:.120}, expected N=yes:reason, N=partly:reason or N=no:reason with "
                f"N from 1 to {len(made)}.",
            )
        if not reason.strip():
            raise IssuerError("bad_decision", f"A change needs a reason: {change!r:.120}.")
        old = made[int(number) - 1]
        points = old.points if word == "yes" else None
        made[int(number) - 1] = Decision(
            old.unit, old.title, _RESULTS[word], points, reason.strip()
        )
    return made


def statement_draft(
    transcript: PersonalTranscript,
    decisions: Sequence[Decision],
    *,
    digest: str,
    decided_by: str,
    function: str,
    day: str,
    towards: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The draft of a recognition statement; `towards` is the home's qualification, by default that
    of the transcript. Raises IssuerError("no_qualification").
    """
    subject = to_json(transcript)["credentialSubject"]
    if not isinstance(subject, dict):
        raise TypeError("a transcript without a subject")
    goal = towards or subject.get("towards")
    if not goal:
        raise IssuerError(
            "no_qualification", "Say towards which qualification the units are recognised."
        )
    drafted: dict[str, Any] = {
        "firstNames": subject["firstNames"],
        "surnames": subject["surnames"],
        "birthdate": subject["birthdate"],
        "towards": goal,
        "pointsSystem": subject["pointsSystem"],
        "decidedBy": decided_by,
        "deciderFunction": function,
        "decidedOn": day,
        "onTranscript": {"id": transcript.id, "type": "PersonalTranscript", "digest": digest},
        "recognitionDecision": [_written(decision) for decision in decisions],
    }
    for name in ("underAgreement", "underMemorandum"):
        if name in subject:
            drafted[name] = subject[name]
    return {
        "type": "RecognitionStatement",
        "contentLanguage": transcript.content_language,
        "credentialSubject": drafted,
    }


def _written(decision: Decision) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "unit": decision.unit,
        "title": decision.title,
        "recognitionResult": decision.result,
        "reason": decision.reason,
    }
    effect = decision.effect
    if effect is None and decision.result == "Recognised":
        effect = "CountsTowardsQualification"
    if effect is not None:
        plain["recognitionEffect"] = effect
    if decision.shortened_by is not None:
        plain["shortenedBy"] = decision.shortened_by
    if decision.points is not None:
        plain["recognisedPoints"] = decision.points
    return plain


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a learner is: titles had and missing, points had and of the whole, percent.

    `partly` are the titles of units of which a part is recognised; its points count.
    """

    learner: str
    qualification: str
    had: tuple[str, ...]
    missing: tuple[str, ...]
    points: Decimal
    of: Decimal | None
    partly: tuple[str, ...] = ()

    @property
    def percent(self) -> int:
        """The share reached: by points where there are any, else by units."""
        if self.of:
            return int(self.points * 100 / self.of)
        units = len(self.had) + len(self.missing)
        return len(self.had) * 100 // units if units else 0

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing and (self.of is None or self.points >= self.of)


def progress(
    statements: Sequence[RecognitionStatement], specification: QualificationSpecification
) -> Progress:
    """Add up one learner's recognised units towards a qualification.

    Raises IssuerError: `nothing_recognised`, `several_learners`, `other_qualification`,
    `counted_twice` (one unit recognised by two statements).
    """
    if not statements:
        raise IssuerError("nothing_recognised", "There is no recognition statement to add up.")
    subjects = [statement.credential_subject for statement in statements]
    people = {(one.first_names, one.surnames, one.birthdate) for one in subjects}
    if len(people) > 1:
        raise IssuerError("several_learners", "The statements are about different learners.")
    goal = specification.credential_subject
    counted: list[RecognitionDecision] = []
    for statement in statements:
        subject = statement.credential_subject
        if subject.towards.id != goal.id:
            raise IssuerError(
                "other_qualification",
                f"{subject.towards.title!r} is recognised towards another qualification.",
            )
        counted += [
            one for one in subject.recognition_decision if one.recognition_result != "NotRecognised"
        ]
    whole = {one.unit: one.title for one in counted if one.recognition_result == "Recognised"}
    # Part of a unit may be recognised by each of two statements; the whole of it only once.
    for unit, title in whole.items():
        if sum(one.unit == unit for one in counted) > 1:
            raise IssuerError("counted_twice", f"{title!r} is recognised by two statements.")
    amounts = [
        one.recognised_points.amount
        for one in counted
        if isinstance(one.recognised_points, PointsValue)
    ]
    needed = [unit for unit in goal.specified_unit if unit.unit_choice != "OptionalUnit"]
    points = goal.qualification_points
    first, last, _ = next(iter(people))
    return Progress(
        f"{first} {last}",
        goal.title,
        tuple(whole.values()),
        tuple(unit.title for unit in needed if unit.id not in whole),
        total(amounts),
        Decimal(points.amount)
        if isinstance(points, PointsValue) and goal.points_system != NO_POINTS
        else None,
        tuple(dict.fromkeys(one.title for one in counted if one.unit not in whole)),
    )
