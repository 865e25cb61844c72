"""What the page asks of a verifier, whichever one stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from verifier.report import Report

__all__ = ["Answer", "Verifying"]


@dataclass(frozen=True, slots=True)
class Answer:
    """The report on one source; `name` is what the source was called by whoever gave it."""

    name: str
    report: Report


class Verifying(Protocol):
    """Takes what people give and answers. Raises nothing that a source could cause."""

    def of_bytes(self, items: Sequence[tuple[str, bytes]]) -> list[Answer]:
        """Answers to named files or texts, in their order; those given together may refer to
        one another. A source that holds several documents gives several answers.
        """
        ...

    def of_link(self, text: str) -> Answer:
        """The answer to the link of a code, whole or only what stands behind its `#`."""
        ...
