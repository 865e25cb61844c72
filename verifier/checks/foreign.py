"""The checks of a credential of another system, in the report's order.

Issuer, status and validity are asked as of our papers. What only our papers have (memorandum,
agreement, units, points) is not, and nothing that such a credential says of itself is taken for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from verifier.checks.case import ForeignCase
from verifier.checks.foreign_schema import ForeignSchemaCheck
from verifier.checks.issuer import IssuerCheck
from verifier.checks.status import StatusCheck
from verifier.checks.validity import ValidityCheck
from verifier.report import Finding

__all__ = ["FOREIGN_CHECKS"]


class _Aside:
    """A check of our papers that has nothing to ask here."""

    def __init__(self, code: str) -> None:
        self._code = code

    def __call__(self, case: ForeignCase) -> Sequence[Finding]:
        """That it does not apply."""
        return [Finding(self._code)]


FOREIGN_CHECKS: Final[tuple[Callable[[ForeignCase], Sequence[Finding]], ...]] = (
    IssuerCheck(),
    _Aside("competence_not_asked"),
    _Aside("memorandum_none"),
    _Aside("agreement_none"),
    _Aside("units_none"),
    _Aside("points_not_asked"),
    StatusCheck(),
    ValidityCheck(),
    ForeignSchemaCheck(),
    _Aside("recognition_not_asked"),
    _Aside("holder_not_proven"),
)
