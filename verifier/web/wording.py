"""The words for everything that a document says by a code, in one place for translators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = [
    "ANY_PAPER",
    "ATTACHMENTS",
    "CHECKS",
    "CONTEXTS",
    "COUNTRIES",
    "DAY_ROLES",
    "FORMS",
    "KINDS",
    "MONTHS",
    "OUTCOMES",
    "PAPERS",
    "PARTY_ROLES",
    "POINTS",
    "REFERENCES",
    "RESULTS",
    "ROUTES",
    "VERDICTS",
]

MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
VERDICTS: Final[Mapping[str, str]] = {
    "verified": "Verified",
    "verified_with_remarks": "Verified, with remarks",
    "unconfirmed": "Could not be confirmed",
    "not_verified": "Not verified",
}
OUTCOMES: Final[Mapping[str, str]] = {
    "pass": "In order",
    "warn": "Remark",
    "fail": "Failed",
    "unknown": "Could not be checked",
    "not_applicable": "Does not apply",
}
CHECKS: Final[Mapping[str, str]] = {
    "format": "Form of the document",
    "terms": "Meaning of its terms",
    "signature": "Signature",
    "issuer": "Issuer",
    "competence": "Issuer's competence",
    "memorandum": "Memorandum of understanding",
    "agreement": "Learning agreement",
    "units": "Units",
    "points": "Points",
    "status": "Withdrawn or not",
    "validity": "Period in force",
    "schema": "Named schema",
    "recognition": "Recognition",
    "holder": "Person",
}
ANY_PAPER: Final = "document"
PAPERS: Final[Mapping[str, str]] = {
    "PersonalTranscript": "personal transcript",
    "ExpertCertificate": "staff expert certificate",
    "LearningAgreement": "learning agreement",
    "MemorandumOfUnderstanding": "memorandum of understanding",
    "QualificationSpecification": "specification of a qualification",
    "RecognitionStatement": "recognition statement",
    "QualificationCertificate": "qualification certificate",
    "EvaluationReport": "evaluation report",
    "TrustList": "trust list",
}
KINDS: Final[Mapping[str, str]] = {
    "Knowledge": "Knowledge",
    "Skill": "Skills",
    "Competence": "Competence",
}
RESULTS: Final[Mapping[str, str]] = {
    "Achieved": "Achieved",
    "PartlyAchieved": "Partly achieved",
    "NotAchieved": "Not achieved",
}
CONTEXTS: Final[Mapping[str, str]] = {
    "FormalLearning": "Formal learning",
    "NonFormalLearning": "Non-formal learning",
    "InformalLearning": "Informal learning",
}
FORMS: Final[Mapping[str, str]] = {
    "InPerson": "In person",
    "Online": "Online",
    "BlendedLearning": "Partly in person, partly online",
    "AtTheWorkplace": "At the workplace",
}
ROUTES: Final[Mapping[str, str]] = {
    "ByDocuments": "Validated by documents",
    "ByDemonstration": "Validated by demonstration",
}
DAY_ROLES: Final[Mapping[str, str]] = {"TaughtThatDay": "Taught", "LearntThatDay": "Learnt"}
PARTY_ROLES: Final[Mapping[str, str]] = {
    "EventPartner": "Partner",
    "EventStakeholder": "Stakeholder",
}
ATTACHMENTS: Final[Mapping[str, str]] = {
    "Attachment": "File",
    "EuropassMobility": "Europass Mobility",
}
POINTS: Final[Mapping[str, str]] = {
    "https://w3id.org/ecvet#EcvetPoints": "ECVET points",
    "https://w3id.org/ecvet#CompetencePoints": "competence points",
}
REFERENCES: Final[Mapping[str, str]] = {
    "LearningAgreement": "Learning agreement",
    "MemorandumOfUnderstanding": "Memorandum of understanding",
    "QualificationSpecification": "Specification of the qualification",
}
#: The countries of the Erasmus+ programme and their neighbours; any other is shown by its code.
COUNTRIES: Final[Mapping[str, str]] = {
    "AL": "Albania",
    "AT": "Austria",
    "BA": "Bosnia and Herzegovina",
    "BE": "Belgium",
    "BG": "Bulgaria",
    "CH": "Switzerland",
    "CY": "Cyprus",
    "CZ": "Czechia",
    "DE": "Germany",
    "DK": "Denmark",
    "EE": "Estonia",
    "ES": "Spain",
    "FI": "Finland",
    "FR": "France",
    "GB": "United Kingdom",
    "GR": "Greece",
    "HR": "Croatia",
    "HU": "Hungary",
    "IE": "Ireland",
    "IS": "Iceland",
    "IT": "Italy",
    "LI": "Liechtenstein",
    "LT": "Lithuania",
    "LU": "Luxembourg",
    "LV": "Latvia",
    "MD": "Moldova",
    "ME": "Montenegro",
    "MK": "North Macedonia",
    "MT": "Malta",
    "NL": "Netherlands",
    "NO": "Norway",
    "PL": "Poland",
    "PT": "Portugal",
    "RO": "Romania",
    "RS": "Serbia",
    "SE": "Sweden",
    "SI": "Slovenia",
    "SK": "Slovakia",
    "TR": "Türkiye",
    "UA": "Ukraine",
    "XK": "Kosovo",
}
