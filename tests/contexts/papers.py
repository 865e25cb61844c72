"""One complete unsigned document of every kind of paper, and every example."""

from __future__ import annotations

import copy
import functools
import json
from typing import Any

from contexts.digests import multihash
from tests import chain_papers as chain
from tests.examples_table import EXPECTED, example_document
from tests.world import reference, status_entry

__all__ = ["ALL", "EXAMPLES", "KINDS", "document"]

EXAMPLES = tuple(sorted(EXPECTED))
#: A document's name by the kind of paper that it is, one for each kind.
KINDS = {
    "PersonalTranscript": "finland-omnia-business",
    "ExpertCertificate": "iv4j-european-innovator-in-vet",
    "QualificationSpecification": "specification",
    "MemorandumOfUnderstanding": "memorandum",
    "LearningAgreement": "agreement",
    "RecognitionStatement": "statement",
    "QualificationCertificate": "qualification",
    "EvaluationReport": "evaluation",
    "TrustList": "trust-list",
    "VerificationReceipt": "receipt",
}
_CHAIN = ("transcript", "corrected", *[name for name in KINDS.values() if name not in EXAMPLES])
ALL = (*EXAMPLES, *_CHAIN)


def document(name: str) -> dict[str, Any]:
    """A fresh copy of the document of that name, one of `ALL`."""
    return copy.deepcopy(example_document(name) if name in EXAMPLES else _chain()[name])


@functools.cache
def _chain() -> dict[str, dict[str, Any]]:
    world = chain.new_world()
    made = {"specification": world.complete(chain.specification(), "omnia")}
    made["memorandum"] = world.complete(chain.memorandum(made["specification"]), "omnia")
    agreed = made["memorandum"]
    made["agreement"] = world.complete(chain.agreement(agreed), "college")
    made["transcript"] = world.complete(
        chain.transcript(made["specification"], agreed, made["agreement"]), "omnia"
    )
    made["corrected"] = _corrected(made["transcript"])
    made["statement"] = world.complete(
        chain.statement(made["transcript"], agreed, made["agreement"]), "college"
    )
    made["qualification"] = world.complete(_qualification(made), "college")
    made["evaluation"] = world.complete(_evaluation(agreed), "omnia")
    made["trust-list"] = world.complete(_TRUST_LIST, "authority")
    made["receipt"] = _receipt(made["transcript"], agreed)
    return made


def _corrected(transcript: dict[str, Any]) -> dict[str, Any]:
    """The transcript once more, corrected, with a place in three status lists."""
    made = copy.deepcopy(transcript)
    made["credentialSubject"]["supersedes"] = reference(transcript, "PersonalTranscript")
    old = transcript["id"]
    text = json.dumps(made).replace(f'"{old}#', f'"{old}-2#')
    made = {**json.loads(text), "id": f"{old}-2"}
    made["credentialStatus"] = [
        status_entry(made["id"], purpose, f"https://omnia.example/status/1-{purpose}", 94567)
        for purpose in ("revocation", "suspension", "message")
    ]
    made["credentialSubject"] = made.pop("credentialSubject")  # as the model has it, after that
    return made


def _qualification(made: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "QualificationCertificate",
        "contentLanguage": "en",
        "validFrom": "2027-06-01T09:00:00Z",
        "credentialSubject": {
            **chain.PERSON,
            "towards": chain.TOWARDS,
            "pointsSystem": chain.POINTS,
            "totalPoints": "45",
            "awardedOn": "2027-05-31",
            "finalExamination": "Passed.",
            "basedOn": [reference(made["statement"], "RecognitionStatement")],
            "underSpecification": reference(made["specification"], "QualificationSpecification"),
        },
    }


def _evaluation(agreed: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "EvaluationReport",
        "contentLanguage": "en",
        "validFrom": "2026-09-01T09:00:00Z",
        "credentialSubject": {
            "title": "The first round",
            "roundStart": "2025-11-01",
            "roundEnd": "2026-06-30",
            "planning": "Two learners, two units.",
            "application": "Both learners worked in a training company.",
            "evaluation": "Both achieved both units.",
            "review": "The agreement came late.",
            "feedback": [
                {"type": "LearnerFeedback", "statement": "More time before departure."},
                {"type": "CompanyFeedback", "statement": "The criteria were clear."},
            ],
            "plannedChange": [{"statement": "Agreements are signed two months before."}],
            "underMemorandum": reference(agreed, "MemorandumOfUnderstanding"),
            "signatory": [{"party": "college"}],
            "institution": ["college"],
        },
    }


def _receipt(transcript: dict[str, Any], agreed: dict[str, Any]) -> dict[str, Any]:
    """A verifier's receipt, with all that its operator may let it say."""
    receipt = "urn:uuid:8c3f2b1a-5d4e-4f60-9a7b-0123456789ab"
    lists = [
        {"title": "Example College", "listKind": "OperatorsOwnList"},
        {
            "title": agreed["credentialSubject"]["title"],
            "listKind": "SignedMemorandum",
            "statementsDigest": reference(agreed, "MemorandumOfUnderstanding")["digest"],
        },
    ]
    endings = [
        {"checkName": "signature", "checkOutcome": "pass", "findingCode": "signature_valid"},
        {
            "checkName": "status",
            "checkOutcome": "warn",
            "findingCode": "status_as_of",
            "asOf": "2026-11-23",
        },
    ]
    return {
        "@context": list(transcript["@context"]),
        "id": receipt,
        "type": ["VerifiableCredential", "VerificationReceipt"],
        "contentLanguage": "en",
        "validFrom": "2026-11-24T10:00:00Z",
        "issuer": {
            "id": "did:web:verify.example",
            "type": "Verifier",
            "legalName": "Registrar of Example College",
        },
        "credentialSubject": {
            "id": f"{receipt}#verification",
            "type": "Verification",
            "verdict": "verified_with_remarks",
            "verifiedAt": "2026-11-24T10:00:00Z",
            "validityAskedAt": "2026-06-12T00:00:00Z",
            "software": "ecvet-credentials/1.0.0",
            "checkedDocument": {
                "id": f"{receipt}#document",
                "type": "CheckedDocument",
                "bytesDigest": multihash(b"the exact bytes of the file"),
                "documentKind": "PersonalTranscript",
                "statementsDigest": reference(transcript, "PersonalTranscript")["digest"],
                "issuedBy": transcript["issuer"]["id"],
                "documentAddress": transcript["id"],
                "personNamed": "Maria Virtanen",
            },
            "listUsed": _placed(f"{receipt}#list-", "ListUsed", lists),
            "checkEnding": _placed(f"{receipt}#check-", "CheckEnding", endings),
        },
    }


def _placed(prefix: str, kind: str, items: list[dict[str, str]]) -> list[dict[str, str]]:
    return [
        {"id": f"{prefix}{number}", "type": kind, "position": str(number), **item}
        for number, item in enumerate(items, start=1)
    ]


_TRUST_LIST: dict[str, Any] = {
    "type": "TrustList",
    "contentLanguage": "en",
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {
        "title": "Institutions that assess in business",
        "country": "FI",
        "listedInstitution": [
            {
                "party": name,
                "legalName": f"{name} (test)",
                "country": "FI",
                "listedArea": [
                    {
                        "competenceRole": role,
                        "areaOfCompetence": "Business and administration",
                        "forQualification": chain.QUALIFICATION,
                        "listedFrom": "2020-01-01",
                        "listedUntil": "2029-12-31",
                    }
                    for role in ("Assesses", "Awards")
                ],
            }
            for name in ("omnia", "stranger")
        ],
    },
}
