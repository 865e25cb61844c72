"""The evaluation report: how one round of a partnership went, and what will change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from contexts.documents.evaluation import EvaluationRound
from verifier.web import wording
from verifier.web.papers.described import in_order, prose, references
from verifier.web.plain import Day, clean, day, given, line

__all__ = ["EvaluationView", "evaluation_view"]


@dataclass(frozen=True, slots=True)
class EvaluationView:
    """One round; `phases` are labels and prose, `feedback` who said it and what they said."""

    template: ClassVar[str] = "evaluation"

    title: str
    start: Day
    end: Day
    phases: tuple[tuple[str, str], ...]
    feedback: tuple[tuple[str, tuple[str, ...]], ...]
    changes: tuple[str, ...]
    references: tuple[tuple[str, str], ...]
    note: str | None


def evaluation_view(subject: EvaluationRound) -> EvaluationView:
    """What an evaluation report says."""
    said = in_order(subject.feedback)
    groups = (
        (words, tuple(clean(one.statement) for one in said if one.type == kind))
        for kind, words in wording.FEEDBACK.items()
    )
    return EvaluationView(
        title=line(subject.title),
        start=day(subject.round_start),
        end=day(subject.round_end),
        phases=tuple(
            (label, clean(getattr(subject, name))) for name, label in wording.PHASES.items()
        ),
        feedback=tuple((words, statements) for words, statements in groups if statements),
        changes=tuple(clean(one.statement) for one in in_order(subject.planned_change)),
        references=references(subject),
        note=prose(given(subject.note)),
    )
