"""The chain behind a paper for a picture, and the table expected - achieved - recognised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contexts.documents import Paper
from contexts.documents.agreement import LearningAgreement
from contexts.documents.assessment import UnitAchievement
from contexts.documents.learning import PointsValue
from contexts.documents.recognition import RecognitionStatement
from contexts.documents.transcript import PersonalTranscript
from verifier.chain import Link, LinkState
from verifier.checks.case import Case
from verifier.examine import Examined

__all__ = ["chain_of", "comparison_of"]


def chain_of(case: Case, root: Examined) -> tuple[Mapping[str, Any], ...]:
    """Each paper of the chain: the one verified, what it rests on, and what was decided on it.

    Every entry has `id`, `type`, `state` (of `LinkState`, in words), `outcome` (`pass`, `fail`,
    `unknown`, `not_applicable`), and where the paper may be relied on its `title`, `language` (of
    the title), `issuer`, `validFrom`, `validUntil` and `signers` (each with `id`, a DID, and
    `day`).
    """
    entries = [_entry(root, LinkState.GOOD, case.paper.id, type(case.paper).__name__)]
    entries += [
        _entry(link.examined, link.state, link.reference.id, link.reference.type, link)
        for link in case.chain.links.values()
    ]
    known = {entry["id"] for entry in entries}
    for other in _statements(case):
        if other.paper is not None and other.paper.id not in known:
            entries.append(
                _entry(other, LinkState.GOOD, other.paper.id, type(other.paper).__name__)
            )
    return tuple(entries)


_OUTCOMES = {
    LinkState.GOOD: "pass",
    LinkState.NOT_SHOWN: "not_applicable",
    LinkState.UNREACHABLE: "unknown",
    LinkState.TOO_LARGE: "unknown",
    LinkState.TOO_MANY: "unknown",
}


def _entry(
    examined: Examined | None,
    state: LinkState,
    identity: str,
    kind: str,
    link: Link | None = None,
) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": identity,
        "type": kind,
        "state": state.value,
        "outcome": _OUTCOMES.get(state, "fail"),
    }
    if link is not None and link.problem:
        entry["problem"] = link.problem
    if examined is None or examined.paper is None or state is not LinkState.GOOD:
        return entry
    paper = examined.paper
    entry["title"] = _title(paper)
    entry["language"] = paper.content_language
    entry["issuer"] = paper.issuer.legal_name
    entry["validFrom"] = paper.valid_from
    if isinstance(paper.valid_until, str):
        entry["validUntil"] = paper.valid_until
    if examined.signatures is not None:
        entry["signers"] = [
            {"id": one.signer, "day": one.day} for one in examined.signatures.signed
        ]
    return entry


def _title(paper: Paper) -> str:
    subject = paper.credential_subject
    title = getattr(subject, "title", None)
    if isinstance(title, str):
        return title
    towards = getattr(subject, "towards", None)
    return str(getattr(towards, "title", "") or "")


def _statements(case: Case) -> list[Examined]:
    return [
        one
        for one in case.others
        if one.sound
        and isinstance(one.paper, RecognitionStatement)
        and one.paper.credential_subject.on_transcript.digest == case.digest
        and not case.is_withdrawn(one.paper)
    ]


def comparison_of(case: Case) -> tuple[Mapping[str, Any], ...]:
    """One row for each unit: what was expected, achieved and recognised, with points.

    Empty for a paper that is no transcript, and for one whose agreement and recognition were not
    shown. A side that was not shown is absent; one that has nothing for the unit is None.
    """
    paper = case.paper
    statements = _statements(case)
    if not isinstance(paper, PersonalTranscript) or not (case.agreement or statements):
        return ()
    rows: dict[str, dict[str, Any]] = {}
    if isinstance(case.agreement, LearningAgreement):
        for expected in _in_order(case.agreement.credential_subject.expected_unit):
            row = rows.setdefault(expected.unit, {"unit": expected.unit, "title": expected.title})
            row["expected"] = {"points": _points(expected.expected_points)}
    for achievement in _in_order(paper.credential_subject.unit_achievement):
        unit = achievement.achieved_unit
        row = rows.setdefault(unit.id, {"unit": unit.id, "title": unit.title})
        row["achieved"] = _achieved(achievement)
    for statement in statements:
        if not isinstance(statement.paper, RecognitionStatement):
            continue
        for decision in _in_order(statement.paper.credential_subject.recognition_decision):
            row = rows.setdefault(decision.unit, {"unit": decision.unit, "title": decision.title})
            row["recognised"] = {
                "result": decision.recognition_result,
                "points": _points(decision.recognised_points),
                "reason": decision.reason,
            }
    shown = ["achieved"]
    shown += ["expected"] if case.agreement else []
    shown += ["recognised"] if statements else []
    for row in rows.values():
        for side in shown:
            row.setdefault(side, None)
    return tuple(rows.values())


def _in_order(items: Any) -> list[Any]:
    return sorted(items, key=lambda item: int(item.position))


def _achieved(achievement: UnitAchievement) -> dict[str, Any]:
    assessment = achievement.unit_assessment
    return {
        "result": assessment.assessment_result,
        "points": _points(achievement.points_awarded),
        "grade": assessment.grade if isinstance(assessment.grade, str) else None,
    }


def _points(value: object) -> str | None:
    return value.amount if isinstance(value, PointsValue) else None
