"""What the page asks of a verifier, whichever one stands behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from verifier.presentations import PresentationReport
from verifier.report import Report

__all__ = ["Answer", "Step", "Verifying"]


@dataclass(frozen=True, slots=True)
class Answer:
    """The report on one source; `name` is what the source was called by whoever gave it.

    `from_pdf` says that the document came with pages, which are not what was checked. `body` are
    the exact bytes of the document; None where the source held none.
    """

    name: str
    report: Report
    from_pdf: bool = False
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the work on several sources: one of them was read, or one was verified.

    First all are read, because they may refer to one another; then each is verified, in the same
    order. `number` counts the sources from 1. `answers` are those of a source that was verified,
    one or several; none while sources are read.
    """

    number: int
    answers: tuple[Answer, ...] = ()


class Verifying(Protocol):
    """Takes what people give and answers. Raises nothing that a source could cause."""

    def of_bytes(self, items: Sequence[tuple[str, bytes]]) -> list[Answer]:
        """Answers to named files or texts, in their order; those given together may refer to
        one another. A source that holds several documents gives several answers.
        """
        ...

    def of_each(self, items: Sequence[tuple[str, bytes]]) -> Iterator[Step]:
        """The same answers as `of_bytes` gives, step by step, for whoever shows the progress."""
        ...

    def of_link(self, text: str) -> Answer:
        """The answer to the link of a code, whole or only what stands behind its `#`."""
        ...

    def of_document(self, document: bytes) -> Report:
        """The report on one signed document, given alone."""
        ...

    def of_presentation(
        self, presentation: bytes, *, challenge: str | None, domain: str | None
    ) -> PresentationReport:
        """The report on a presentation, which must answer the challenge and the domain."""
        ...
