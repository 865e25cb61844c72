"""What a document is: read strictly, with known words, or refused with its reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.verifier.tables.case import drop, put
from tests.world import encoded

__all__ = ["FORMAT", "SUBJECT"]

FALSE, OPEN, REMARKS, VERIFIED = (
    "not_verified",
    "unconfirmed",
    "verified_with_remarks",
    "verified",
)


SUBJECT = "credentialSubject"
UNIT = f"{SUBJECT}.unitAchievement[0]"


def on_json(change: Callable[[Any], None]) -> Callable[[bytes], bytes]:
    def changed(body: bytes) -> bytes:
        document = json.loads(body)
        change(document)
        return encoded(document)

    return changed


def text(before: str, after: str) -> Callable[[bytes], bytes]:
    def changed(body: bytes) -> bytes:
        assert before.encode() in body
        return body.replace(before.encode(), after.encode(), 1)

    return changed


def renamed(path: str, after: str) -> Callable[[bytes], bytes]:
    def change(document: Any) -> None:
        node = document
        *steps, last = path.split(".")
        for step in steps:
            node = node[step]
        node[after] = node.pop(last)

    return on_json(change)


FORMAT: dict[str, tuple[Callable[[bytes], bytes], tuple[str, str, str, str]]] = {
    "an empty file": (lambda body: b"", ("format", "fail", "empty", FALSE)),
    "only blanks": (lambda body: b" \n\t ", ("format", "fail", "empty", FALSE)),
    "cut off": (lambda body: body[:-40], ("format", "fail", "not_json", FALSE)),
    "two documents in a row": (lambda body: body + body, ("format", "fail", "not_json", FALSE)),
    "no JSON": (lambda body: b"Dear Sir or Madam", ("format", "fail", "not_json", FALSE)),
    "not UTF-8": (
        lambda body: body.replace(b"Virtanen", b"Virt\xe4nen", 1),
        ("format", "fail", "bad_encoding", FALSE),
    ),
    "a byte-order mark": (
        lambda body: b"\xef\xbb\xbf" + body,
        ("format", "fail", "bad_encoding", FALSE),
    ),
    "half a character": (
        text("Virtanen", r"Virtanen\ud800"),
        ("format", "fail", "bad_encoding", FALSE),
    ),
    "a name twice": (
        text('"surnames"', '"surnames": "Korhonen", "surnames"'),
        ("format", "fail", "duplicate_key", FALSE),
    ),
    "a number beyond all measure": (
        text('"unitCount": "2"', '"unitCount": 1e999'),
        ("format", "fail", "bad_number", FALSE),
    ),
    "not a number": (
        text('"unitCount": "2"', '"unitCount": NaN'),
        ("format", "fail", "bad_number", FALSE),
    ),
    "100,000 brackets": (lambda body: b"[" * 100_000, ("format", "fail", "too_deep", FALSE)),
    "five megabytes": (
        lambda body: body + b" " * 5_000_000,
        ("format", "fail", "too_large", FALSE),
    ),
    "a list": (lambda body: b"[" + body + b"]", ("format", "unknown", "unknown_paper", OPEN)),
    "text": (lambda body: b'"transcript"', ("format", "unknown", "unknown_paper", OPEN)),
    "a paper of somebody else's kind": (
        on_json(put({"type": ["DrivingLicence"]})),
        ("format", "unknown", "unknown_paper", OPEN),
    ),
    "a credential of a kind that its vocabularies do not know": (
        on_json(put({"type": ["VerifiableCredential", "DrivingLicence"]})),
        ("terms", "fail", "unknown_term", FALSE),
    ),
    "two papers at once": (
        on_json(put({"type": ["VerifiableCredential", "PersonalTranscript", "LearningAgreement"]})),
        ("format", "fail", "several_papers", FALSE),
    ),
    "an unknown term": (
        on_json(put({f"{SUBJECT}.gradeAverage": "5"})),
        ("format", "fail", "unknown_member", FALSE),
    ),
    "a key in the wrong case": (
        renamed("credentialSubject.birthdate", "birthDate"),
        ("format", "fail", "unknown_member", FALSE),
    ),
    "a type in the wrong case": (
        on_json(put({f"{SUBJECT}.type": "learner"})),
        ("format", "fail", "wrong_value", FALSE),
    ),
    "a keyword that hides text": (
        on_json(put({f"{SUBJECT}.@index": "best of class"})),
        ("format", "fail", "unknown_member", FALSE),
    ),
    "no birth date": (
        on_json(drop(f"{SUBJECT}.birthdate")),
        ("format", "fail", "missing_member", FALSE),
    ),
    "an object where text is due": (
        on_json(put({f"{SUBJECT}.surnames": {"@value": "Virtanen"}})),
        ("format", "fail", "wrong_shape", FALSE),
    ),
    "a list where text is due": (
        on_json(put({f"{SUBJECT}.surnames": ["Virtanen"]})),
        ("format", "fail", "wrong_shape", FALSE),
    ),
    "nothing where text is due": (
        on_json(put({f"{SUBJECT}.surnames": None})),
        ("format", "fail", "wrong_shape", FALSE),
    ),
    "a value that is not among the allowed": (
        on_json(put({f"{UNIT}.unitAssessment.assessmentResult": "Excellent"})),
        ("format", "fail", "wrong_value", FALSE),
    ),
    "points with three decimals": (
        on_json(put({f"{UNIT}.pointsAwarded.amount": "15.001"})),
        ("format", "fail", "wrong_form", FALSE),
    ),
    "an empty name": (
        on_json(put({f"{SUBJECT}.surnames": ""})),
        ("format", "fail", "wrong_length", FALSE),
    ),
    "a name of a megabyte": (
        on_json(put({f"{SUBJECT}.surnames": "x" * 1_000_000})),
        ("format", "fail", "wrong_length", FALSE),
    ),
    "a day that does not exist": (
        on_json(put(validFrom="2026-02-30T09:00:00Z")),
        ("format", "fail", "bad_date", FALSE),
    ),
    "two units under one id": (
        on_json(
            lambda document: put(
                {
                    "credentialSubject.unitAchievement[1].id": document["credentialSubject"][
                        "unitAchievement"
                    ][0]["id"]
                }
            )(document)
        ),
        ("format", "fail", "duplicate_id", FALSE),
    ),
    "an id of another document": (
        on_json(put({f"{UNIT}.unitAssessment.id": "https://elsewhere.example/a#assessment"})),
        ("format", "fail", "foreign_id", FALSE),
    ),
    "two units in one place": (
        on_json(put({f"{UNIT}.position": "2"})),
        ("format", "fail", "duplicate_position", FALSE),
    ),
    "an http address": (
        lambda body: body.replace(b"https://omnia.example/cred", b"http://omnia.example/cred"),
        ("format", "fail", "insecure_address", FALSE),
    ),
    "a vocabulary of somebody else's": (
        on_json(put({"@context[1]": "https://evil.example/context"})),
        ("terms", "unknown", "unsupported_context", OPEN),
    ),
    "a vocabulary of its own": (
        on_json(put({"@context[1]": {"@vocab": "https://evil.example/"}})),
        ("terms", "unknown", "unsupported_context", OPEN),
    ),
    "an address that no statement can hold": (
        on_json(put({f"{SUBJECT}.qualityAssurance.qualityFramework": "statement:%zz"})),
        ("terms", "fail", "unsigned_content", FALSE),
    ),
}
