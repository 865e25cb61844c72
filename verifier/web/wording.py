"""The words for everything that a document says by a code, in one place for translators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from verifier.languages import Phrase as _

__all__ = [
    "ADAPTATIONS",
    "AGREED",
    "ANY_PAPER",
    "ANY_POINTS",
    "ATTACHMENTS",
    "CHAIN",
    "CHANGES",
    "CHECKS",
    "CHOICES",
    "COLUMNS",
    "COMPETENCES",
    "CONTEXTS",
    "COUNTRIES",
    "DAY_ROLES",
    "DETAILS",
    "DETAILS_TOO",
    "EFFECTS",
    "FEEDBACK",
    "FORMS",
    "KINDS",
    "LINKS",
    "NOTHING",
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
    "UNIT_CAME",
    "UNIT_WENT",
    "VERDICTS",
    "country",
]

VERDICTS: Final[Mapping[str, str]] = {
    "verified": _("Verified"),
    "verified_with_remarks": _("Verified, with remarks"),
    "unconfirmed": _("Could not be confirmed"),
    "not_verified": _("Not verified"),
}
OUTCOMES: Final[Mapping[str, str]] = {
    "pass": _("In order"),
    "warn": _("Remark"),
    "fail": _("Failed"),
    "unknown": _("Could not be checked"),
    "not_applicable": _("Does not apply"),
}
CHECKS: Final[Mapping[str, str]] = {
    "format": _("Form of the document"),
    "terms": _("Meaning of its terms"),
    "signature": _("Signature"),
    "issuer": _("Issuer"),
    "competence": _("Issuer's competence"),
    "memorandum": _("Memorandum of understanding"),
    "agreement": _("Learning agreement"),
    "units": _("Units"),
    "points": _("Points"),
    "status": _("Withdrawn or not"),
    "validity": _("Period in force"),
    "schema": _("Named schema"),
    "recognition": _("Recognition"),
    "holder": _("Person"),
}
ANY_PAPER: Final = _("document")
PAPERS: Final[Mapping[str, str]] = {
    "PersonalTranscript": _("personal transcript"),
    "ExpertCertificate": _("staff expert certificate"),
    "LearningAgreement": _("learning agreement"),
    "MemorandumOfUnderstanding": _("memorandum of understanding"),
    "QualificationSpecification": _("specification of a qualification"),
    "RecognitionStatement": _("recognition statement"),
    "QualificationCertificate": _("qualification certificate"),
    "EvaluationReport": _("evaluation report"),
    "TrustList": _("trust list"),
    "VerificationReceipt": _("verification receipt"),
}
#: The papers of a chain in the order in which they come about.
CHAIN: Final[Mapping[str, str]] = {
    "TrustList": _("Trust list"),
    "QualificationSpecification": _("Specification"),
    "MemorandumOfUnderstanding": _("Memorandum"),
    "EvaluationReport": _("Evaluation report"),
    "LearningAgreement": _("Learning agreement"),
    "PersonalTranscript": _("Personal transcript"),
    "ExpertCertificate": _("Expert certificate"),
    "RecognitionStatement": _("Recognition statement"),
    "QualificationCertificate": _("Qualification certificate"),
    "VerificationReceipt": _("Verification receipt"),
}
KINDS: Final[Mapping[str, str]] = {
    "Knowledge": _("Knowledge"),
    "Skill": _("Skills"),
    "Competence": _("Competence"),
}
RESULTS: Final[Mapping[str, str]] = {
    "Achieved": _("Achieved"),
    "PartlyAchieved": _("Partly achieved"),
    "NotAchieved": _("Not achieved"),
    "Recognised": _("Recognised"),
    "PartlyRecognised": _("Partly recognised"),
    "NotRecognised": _("Not recognised"),
}
CONTEXTS: Final[Mapping[str, str]] = {
    "FormalLearning": _("Formal learning"),
    "NonFormalLearning": _("Non-formal learning"),
    "InformalLearning": _("Informal learning"),
}
FORMS: Final[Mapping[str, str]] = {
    "InPerson": _("In person"),
    "Online": _("Online"),
    "BlendedLearning": _("Partly in person, partly online"),
    "AtTheWorkplace": _("At the workplace"),
}
ROUTES: Final[Mapping[str, str]] = {
    "ByDocuments": _("Validated by documents"),
    "ByDemonstration": _("Validated by demonstration"),
}
DAY_ROLES: Final[Mapping[str, str]] = {
    "TaughtThatDay": _("Taught"),
    "LearntThatDay": _("Learnt"),
}
PARTY_ROLES: Final[Mapping[str, str]] = {
    "EventPartner": _("Partner"),
    "EventStakeholder": _("Stakeholder"),
    "MemorandumPartner": _("Partner"),
    "MemorandumStakeholder": _("Stakeholder"),
}
ATTACHMENTS: Final[Mapping[str, str]] = {
    "Attachment": _("File"),
    "EuropassMobility": _("Europass Mobility"),
}
POINTS: Final[Mapping[str, str]] = {
    "https://w3id.org/ecvet#EcvetPoints": _("ECVET points"),
    "https://w3id.org/ecvet#CompetencePoints": _("competence points"),
}
REFERENCES: Final[Mapping[str, str]] = {
    "LearningAgreement": _("Learning agreement"),
    "MemorandumOfUnderstanding": _("Memorandum of understanding"),
    "PersonalTranscript": _("Personal transcript"),
    "QualificationSpecification": _("Specification of the qualification"),
    "RecognitionStatement": _("Recognition statement"),
}
COMPETENCES: Final[Mapping[str, str]] = {
    "Assesses": _("Assesses"),
    "Validates": _("Validates"),
    "Recognises": _("Recognises"),
    "Awards": _("Awards"),
    "AssuresQuality": _("Assures quality"),
}
PARTNERSHIPS: Final[Mapping[str, str]] = {
    "BilateralPartnership": _("Between two partners"),
    "NetworkPartnership": _("Network of partners"),
}
ADAPTATIONS: Final[Mapping[str, str]] = {
    "MayBeAdapted": _("May be adapted"),
    "NotToBeAdapted": _("As specified"),
}
#: The procedures of a memorandum, by the members that describe them, in the order of the work.
PROCEDURES: Final[Mapping[str, str]] = {
    "assessment_procedure": _("Assessment"),
    "assessment_tools": _("Tools of assessment"),
    "documentation_procedure": _("Documentation"),
    "validation_procedure": _("Validation"),
    "recognition_procedure": _("Recognition"),
    "quality_procedure": _("Quality assurance"),
    "evaluation_procedure": _("Evaluation"),
}
SCOPES: Final[Mapping[str, str]] = {
    "CompleteSpecification": _("Every unit of the qualification"),
    "PartialSpecification": _("Some units of the qualification"),
}
CHOICES: Final[Mapping[str, str]] = {
    "CompulsoryUnit": _("Compulsory"),
    "OptionalUnit": _("Optional"),
}
EFFECTS: Final[Mapping[str, str]] = {
    "CountsTowardsQualification": _("Counts towards the qualification"),
    "ExemptsFromTraining": _("Exempts from training"),
    "ShortensTraining": _("Shortens training"),
}
#: The phases of an evaluation round, by the members that describe them.
PHASES: Final[Mapping[str, str]] = {
    "planning": _("Planning"),
    "application": _("Application"),
    "evaluation": _("Evaluation"),
    "review": _("Review"),
}
FEEDBACK: Final[Mapping[str, str]] = {
    "LearnerFeedback": _("Learners"),
    "StaffFeedback": _("Staff"),
    "CompanyFeedback": _("Companies"),
}
#: What points are called whose system is not known here.
ANY_POINTS: Final = _("points")
#: What became of a paper that another refers to, by the state of the link to it.
LINKS: Final[Mapping[str, str]] = {
    "good": _("Genuine and unchanged"),
    "not_shown": _("Not shown to you"),
    "unreachable": _("Could not be read"),
    "too_large": _("Was not read"),
    "too_many": _("Was not read"),
    "loop": _("Refers back to itself"),
    "other_document": _("Not the document that was meant"),
    "wrong_type": _("Not the kind of paper that was meant"),
    "not_sound": _("Does not hold"),
}
COLUMNS: Final[Mapping[str, str]] = {
    "expected": _("Expected"),
    "achieved": _("Achieved"),
    "recognised": _("Recognised"),
}
#: What stands in the table of units where a paper that was shown says nothing of a unit.
NO_SIDE: Final[Mapping[str, str]] = {
    "expected": _("Not expected"),
    "achieved": _("Not in the transcript"),
    "recognised": _("Not decided"),
}
#: What a corrected paper says otherwise, by the word of `verifier.changes`.
CHANGES: Final[Mapping[str, str]] = {
    "title": _("Title"),
    "result": _("Result"),
    "points": _("Points"),
    "grade": _("Grade"),
    "outcomes": _("Learning outcomes"),
    "assessed_on": _("Day of assessment"),
    "assessors": _("Assessors"),
    "method": _("Method of assessment"),
    "place": _("Place"),
    "effect": _("Effect"),
    "shortened_by": _("Shortened by"),
    "reason": _("Reason"),
    "name": _("Name"),
    "birthdate": _("Date of birth"),
    "qualification": _("Qualification"),
    "total_points": _("Points in all"),
    "mobility": _("Stay"),
    "programme": _("Programme"),
    "workload": _("Hours of work"),
    "decided_on": _("Day of decision"),
    "awarded_on": _("Day of award"),
    "note": _("Note"),
    "valid_until": _("In force until"),
}
#: What stands in that table for what was not said.
NOTHING: Final = _("Nothing")
UNIT_CAME: Final = _("This unit was added.")
UNIT_WENT: Final = _("This unit was taken out.")
DETAILS: Final = _("Details of it were corrected.")
DETAILS_TOO: Final = _("Other details of it were corrected as well.")
#: What stands there for a unit that was agreed without points.
AGREED: Final = _("In the agreement")
RETIRED_KEY: Final = _(
    "The signature was made with a key that its owner has since retired in good order. It stays "
    "good."
)
RETIRED_KEY_AMONG: Final = _(
    "At least one of these signatures was made with a key that its owner has since retired in "
    "good order. It stays good."
)
#: Who signed with a key of their own and is not described, and what stands in place of a domain.
SOMEBODY: Final = _("Somebody")
OWN_KEY: Final = _("with a key of their own")
#: The countries of the Erasmus+ programme and their neighbours; any other is shown by its code.
COUNTRIES: Final[Mapping[str, str]] = {
    "AL": _("Albania"),
    "AT": _("Austria"),
    "BA": _("Bosnia and Herzegovina"),
    "BE": _("Belgium"),
    "BG": _("Bulgaria"),
    "CH": _("Switzerland"),
    "CY": _("Cyprus"),
    "CZ": _("Czechia"),
    "DE": _("Germany"),
    "DK": _("Denmark"),
    "EE": _("Estonia"),
    "ES": _("Spain"),
    "FI": _("Finland"),
    "FR": _("France"),
    "GB": _("United Kingdom"),
    "GR": _("Greece"),
    "HR": _("Croatia"),
    "HU": _("Hungary"),
    "IE": _("Ireland"),
    "IS": _("Iceland"),
    "IT": _("Italy"),
    "LI": _("Liechtenstein"),
    "LT": _("Lithuania"),
    "LU": _("Luxembourg"),
    "LV": _("Latvia"),
    "MD": _("Moldova"),
    "ME": _("Montenegro"),
    "MK": _("North Macedonia"),
    "MT": _("Malta"),
    "NL": _("Netherlands"),
    "NO": _("Norway"),
    "PL": _("Poland"),
    "PT": _("Portugal"),
    "RO": _("Romania"),
    "RS": _("Serbia"),
    "SE": _("Sweden"),
    "SI": _("Slovenia"),
    "SK": _("Slovakia"),
    "TR": _("Türkiye"),
    "UA": _("Ukraine"),
    "XK": _("Kosovo"),
}


def country(code: str) -> str:
    """The country's name, or its code where the name is not known here."""
    return COUNTRIES.get(code, code)
