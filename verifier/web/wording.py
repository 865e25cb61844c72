"""The words for everything that a document says by a code, in one place for translators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = [
    "ADAPTATIONS",
    "AGREED",
    "ANY_PAPER",
    "ATTACHMENTS",
    "CHAIN",
    "CHECKS",
    "CHOICES",
    "COLUMNS",
    "COMPETENCES",
    "CONTEXTS",
    "COUNTRIES",
    "DAY_ROLES",
    "EFFECTS",
    "FEEDBACK",
    "FORMS",
    "KINDS",
    "LINKS",
    "MONTHS",
    "NO_SIDE",
    "OUTCOMES",
    "OWN_KEY",
    "PAPERS",
    "PARTNERSHIPS",
    "PARTY_ROLES",
    "PHASES",
    "POINTS",
    "PROCEDURES",
    "REFERENCES",
    "RESULTS",
    "RETIRED_KEY",
    "RETIRED_KEY_AMONG",
    "ROUTES",
    "SCOPES",
    "SOMEBODY",
    "VERDICTS",
    "country",
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
#: The papers of a chain in the order in which they come about.
CHAIN: Final[Mapping[str, str]] = {
    "TrustList": "Trust list",
    "QualificationSpecification": "Specification",
    "MemorandumOfUnderstanding": "Memorandum",
    "EvaluationReport": "Evaluation report",
    "LearningAgreement": "Learning agreement",
    "PersonalTranscript": "Personal transcript",
    "ExpertCertificate": "Expert certificate",
    "RecognitionStatement": "Recognition statement",
    "QualificationCertificate": "Qualification certificate",
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
    "Recognised": "Recognised",
    "PartlyRecognised": "Partly recognised",
    "NotRecognised": "Not recognised",
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
    "MemorandumPartner": "Partner",
    "MemorandumStakeholder": "Stakeholder",
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
    "PersonalTranscript": "Personal transcript",
    "QualificationSpecification": "Specification of the qualification",
    "RecognitionStatement": "Recognition statement",
}
COMPETENCES: Final[Mapping[str, str]] = {
    "Assesses": "Assesses",
    "Validates": "Validates",
    "Recognises": "Recognises",
    "Awards": "Awards",
    "AssuresQuality": "Assures quality",
}
PARTNERSHIPS: Final[Mapping[str, str]] = {
    "BilateralPartnership": "Between two partners",
    "NetworkPartnership": "Network of partners",
}
ADAPTATIONS: Final[Mapping[str, str]] = {
    "MayBeAdapted": "May be adapted",
    "NotToBeAdapted": "As specified",
}
#: The procedures of a memorandum, by the members that describe them, in the order of the work.
PROCEDURES: Final[Mapping[str, str]] = {
    "assessment_procedure": "Assessment",
    "assessment_tools": "Tools of assessment",
    "documentation_procedure": "Documentation",
    "validation_procedure": "Validation",
    "recognition_procedure": "Recognition",
    "quality_procedure": "Quality assurance",
    "evaluation_procedure": "Evaluation",
}
SCOPES: Final[Mapping[str, str]] = {
    "CompleteSpecification": "Every unit of the qualification",
    "PartialSpecification": "Some units of the qualification",
}
CHOICES: Final[Mapping[str, str]] = {
    "CompulsoryUnit": "Compulsory",
    "OptionalUnit": "Optional",
}
EFFECTS: Final[Mapping[str, str]] = {
    "CountsTowardsQualification": "Counts towards the qualification",
    "ExemptsFromTraining": "Exempts from training",
    "ShortensTraining": "Shortens training",
}
#: The phases of an evaluation round, by the members that describe them.
PHASES: Final[Mapping[str, str]] = {
    "planning": "Planning",
    "application": "Application",
    "evaluation": "Evaluation",
    "review": "Review",
}
FEEDBACK: Final[Mapping[str, str]] = {
    "LearnerFeedback": "Learners",
    "StaffFeedback": "Staff",
    "CompanyFeedback": "Companies",
}
#: What became of a paper that another refers to, by the state of the link to it.
LINKS: Final[Mapping[str, str]] = {
    "good": "Genuine and unchanged",
    "not_shown": "Not shown to you",
    "unreachable": "Could not be read",
    "too_large": "Was not read",
    "too_many": "Was not read",
    "loop": "Refers back to itself",
    "other_document": "Not the document that was meant",
    "wrong_type": "Not the kind of paper that was meant",
    "not_sound": "Does not hold",
}
COLUMNS: Final[Mapping[str, str]] = {
    "expected": "Expected",
    "achieved": "Achieved",
    "recognised": "Recognised",
}
#: What stands in the table of units where a paper that was shown says nothing of a unit.
NO_SIDE: Final[Mapping[str, str]] = {
    "expected": "Not expected",
    "achieved": "Not in the transcript",
    "recognised": "Not decided",
}
#: What stands there for a unit that was agreed without points.
AGREED: Final = "In the agreement"
RETIRED_KEY: Final = (
    "The signature was made with a key that its owner has since retired in good order. It stays "
    "good."
)
RETIRED_KEY_AMONG: Final = (
    "At least one of these signatures was made with a key that its owner has since retired in "
    "good order. It stays good."
)
#: Who signed with a key of their own and is not described, and what stands in place of a domain.
SOMEBODY: Final = "Somebody"
OWN_KEY: Final = "with a key of their own"
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


def country(code: str) -> str:
    """The country's name, or its code where the name is not known here."""
    return COUNTRIES.get(code, code)
