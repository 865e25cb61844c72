"""May this institution do this: in which role, for which qualification, on which day?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from contexts.documents.memorandum import MemorandumOfUnderstanding, MemorandumPartner
from contexts.documents.transcript import PersonalTranscript
from verifier.checks.case import Case
from verifier.languages import Phrase
from verifier.report import Finding
from verifier.resolve import place_of

__all__ = ["CompetenceCheck"]

#: The role that a paper's issuer needs; papers that are not named here need none.
_ROLES = {
    "PersonalTranscript": "Assesses",
    "ExpertCertificate": "Awards",
    "RecognitionStatement": "Recognises",
    "QualificationCertificate": "Awards",
    "QualificationSpecification": "Awards",
}
_WORDS = {
    "Assesses": Phrase("assess"),
    "Validates": Phrase("validate"),
    "Recognises": Phrase("recognise"),
    "Awards": Phrase("award"),
    "AssuresQuality": Phrase("assure quality"),
}


class CompetenceCheck:
    """Memorandum first; without one, the operator's lists; then the operator's own word."""

    def __call__(self, case: Case) -> Sequence[Finding]:
        """What the memorandum or a list says of the issuer's competence."""
        role = _ROLES.get(type(case.paper).__name__)
        if role is None:
            return [Finding("competence_not_asked")]
        facts = {
            "issuer": case.paper.issuer.legal_name,
            "role": _WORDS[role],
            "operator": case.trust.operator.name,
        }
        memorandum = case.memorandum
        if memorandum is not None:
            found = list(_by_memorandum(case, memorandum, role, facts))
            if found:
                return found
            link = case.link("under_memorandum")
            if link and link.examined and case.anchors.trusts(memorandum, link.examined.digest):
                title = memorandum.credential_subject.title
                return [Finding("competence_in_memorandum", {**facts, "memorandum": title})]
        if memorandum is None:
            for anchored in case.anchors.party_to(case.paper.issuer.id):
                partner = anchored.partner(case.paper.issuer.id)
                may = partner is not None and _has_role(partner, role, case.qualification)
                if may and _in_force_then(anchored.paper, case):
                    title = anchored.paper.credential_subject.title
                    return [Finding("competence_in_memorandum", {**facts, "memorandum": title})]
        return [_by_list(case, role, facts)]


def _by_memorandum(
    case: Case, memorandum: MemorandumOfUnderstanding, role: str, facts: dict[str, str]
) -> Iterator[Finding]:
    """What contradicts the memorandum; nothing where the issuer may."""
    facts = {**facts, "memorandum": memorandum.credential_subject.title}
    issuer = case.paper.issuer.id
    partner = _partner(memorandum, issuer)
    if partner is None:
        yield Finding("competence_not_party", facts)
    elif not _has_role(partner, role):
        yield Finding("competence_wrong_role", facts)
    elif not _has_role(partner, role, case.qualification):
        yield Finding("competence_other_qualification", facts)
    if isinstance(case.paper, PersonalTranscript):
        validator = case.paper.credential_subject.validating_institution
        if isinstance(validator, str):
            partner = _partner(memorandum, validator)
            if partner is None or not _has_role(partner, "Validates"):
                yield Finding("competence_validator", {**facts, "validator": place_of(validator)})


def _in_force_then(memorandum: MemorandumOfUnderstanding, case: Case) -> bool:
    """Whether it was in force on every day on which the issuer acted."""
    start, until = memorandum.valid_from[:10], memorandum.valid_until
    end = until[:10] if isinstance(until, str) else date.max.isoformat()
    return all(start <= day.isoformat() <= end for day in case.days)


def _partner(memorandum: MemorandumOfUnderstanding, did: str) -> MemorandumPartner | None:
    partners = memorandum.credential_subject.partner
    return next((one for one in partners if one.party == did), None)


def _has_role(partner: MemorandumPartner, role: str, qualification: str | None = None) -> bool:
    """Whether the partner has the role; with a qualification, for that one or for all."""
    roles = partner.partner_role if isinstance(partner.partner_role, list) else []
    named = [one.for_qualification for one in roles if one.competence_role == role]
    if qualification is None:
        return bool(named)
    return any(not isinstance(one, str) or one == qualification for one in named)


def _by_list(case: Case, role: str, facts: dict[str, str]) -> Finding:
    issuer = case.paper.issuer.id
    listed = case.anchors.listed(issuer, case.at)
    at_other_times = []
    for trusted, entry in listed:
        areas = [area for area in entry.listed_area if area.competence_role == role]
        areas = [
            area
            for area in areas
            if not isinstance(area.for_qualification, str)
            or area.for_qualification == case.qualification
        ]
        named = {**facts, "list": trusted.credential_subject.title}
        for area in areas:
            until = area.listed_until if isinstance(area.listed_until, date) else date.max
            if all(area.listed_from <= day <= until for day in case.days):
                return Finding("competence_listed", {**named, "area": area.area_of_competence})
        at_other_times += [named] if areas else []
    if at_other_times:
        return Finding("competence_listed_other_time", at_other_times[0])
    if listed:
        title = listed[0][0].credential_subject.title
        return Finding("competence_listed_other_area", {**facts, "list": title})
    if issuer in case.trust.pinned:
        return Finding("competence_vouched", facts)
    expired = case.anchors.listed_once(issuer, case.at)
    if expired is not None:
        title = expired.credential_subject.title
        return Finding("competence_list_expired", {**facts, "list": title})
    if case.memorandum is not None:
        return Finding("competence_memorandum_not_trusted", facts)
    return Finding("competence_unknown", facts)
