"""The checks that follow a verified signature, one small class each, in the report's order."""

from verifier.checks.agreement import AgreementCheck
from verifier.checks.case import Case, Check, ForeignCase
from verifier.checks.competence import CompetenceCheck
from verifier.checks.foreign import FOREIGN_CHECKS
from verifier.checks.holder import HolderCheck
from verifier.checks.issuer import IssuerCheck
from verifier.checks.memorandum import MemorandumCheck
from verifier.checks.points import PointsCheck
from verifier.checks.recognition import RecognitionCheck
from verifier.checks.schema import SchemaCheck
from verifier.checks.status import StatusCheck
from verifier.checks.units import UnitsCheck
from verifier.checks.validity import ValidityCheck

__all__ = ["AFTER_SIGNATURE", "FOREIGN_CHECKS", "Case", "Check", "ForeignCase"]

#: What is checked once the signature is known to be good.
AFTER_SIGNATURE: tuple[Check, ...] = (
    IssuerCheck(),
    CompetenceCheck(),
    MemorandumCheck(),
    AgreementCheck(),
    UnitsCheck(),
    PointsCheck(),
    StatusCheck(),
    ValidityCheck(),
    SchemaCheck(),
    RecognitionCheck(),
    HolderCheck(),
)
