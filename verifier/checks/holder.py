"""Is the person who shows the paper the one it is about?"""

from __future__ import annotations

from collections.abc import Sequence

from verifier.checks.case import Case
from verifier.report import Finding

__all__ = ["HolderCheck"]


class HolderCheck:
    """Nothing in a paper proves who shows it: the reader compares it with an identity document."""

    def __call__(self, case: Case) -> Sequence[Finding]:
        """One finding."""
        return [Finding("holder_compare")]
