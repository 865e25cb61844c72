"""The verifier's OpenAPI document: true of the routes, of their answers, and of every report."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from jsonschema import Draft202012Validator

from tests.chain_papers import Builder, new_world, transcript
from tests.openapi_checks import documented, references, routed, run_schemathesis
from tests.verifier import answers
from tests.world import encoded, reference
from verifier.report import Finding, Report
from verifier.service import Verifier
from verifier.verify import unread
from verifier.web.app import verifier_app
from verifier.web.openapi import verifier_openapi
from verifier.web.report_schema import report_schemas
from verifier.web.requests import ONE_DOCUMENT
from verifier.web.serve import start
from verifier.web.settings import WebSettings

SETTINGS = WebSettings(operator="Example Employer Ltd", max_upload=64 * 1024, max_files=3)
DOCUMENT = verifier_openapi(SETTINGS)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with start(verifier_app(SETTINGS, Verifier()), "127.0.0.1", 0) as running:
        yield f"http://127.0.0.1:{running.port}"


def test_every_answer_is_as_the_document_says(address: str, tmp_path: Path) -> None:
    run_schemathesis(address, tmp_path)


def test_every_route_is_documented_and_nothing_else() -> None:
    app = verifier_app(SETTINGS, Verifier())
    assert set(documented(DOCUMENT)) == set(routed(app))


def test_every_type_of_body_that_is_taken_is_documented() -> None:
    taken = DOCUMENT["paths"]["/api/verify"]["post"]["requestBody"]["content"]
    assert set(taken) == ONE_DOCUMENT | {"multipart/form-data"}


def test_the_document_is_served_as_it_is() -> None:
    answer = verifier_app(SETTINGS, Verifier()).test_client().get("/openapi.json")
    assert answer.json == json.loads(json.dumps(DOCUMENT))
    assert answer.json["openapi"].startswith("3.1")


def test_the_document_is_openapi_3_1() -> None:
    schemathesis.openapi.from_dict(DOCUMENT).validate()


def test_every_reference_leads_to_a_schema_and_every_schema_is_used() -> None:
    names = {one.removeprefix("#/components/schemas/") for one in references(DOCUMENT)}
    assert names == set(DOCUMENT["components"]["schemas"])


def test_operations_have_names_of_their_own() -> None:
    names = [one["operationId"] for one in documented(DOCUMENT).values()]
    assert len(set(names)) == len(names)


# The report


def _with_two_findings(report: Report) -> Report:
    """The report, with a second finding of the check that found a remark."""
    checks = [
        replace(one, also=(Finding(one.code, one.facts),)) if one.code == answers.REMARK else one
        for one in report.checks
    ]
    return replace(report, checks=tuple(checks))


def _corrected() -> Report:
    """The report on a transcript that replaces another, given together with it."""
    chain = Builder().build()
    papers = chain.documents
    draft = transcript(papers["specification"], papers["memorandum"], papers["agreement"])
    subject = draft["credentialSubject"]
    subject["unitAchievement"][0]["unitAssessment"]["grade"] = "5"
    subject["supersedes"] = reference(papers["transcript"], "PersonalTranscript")
    body = encoded(chain.world.issue(draft, "omnia"))
    return chain.world.verify(body, chain.body("transcript"))


def _foreign() -> Report:
    """The report on a credential of another system."""
    world = new_world()
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": "https://omnia.example/badges/1",
        "type": ["VerifiableCredential"],
        "name": "First aid",
        "issuer": "did:web:omnia.example",
        "validFrom": "2026-06-12T09:00:00Z",
        "credentialSubject": {"id": "did:web:somebody.example", "name": "Maria"},
    }
    return world.verify(encoded(world.sign(document, "omnia")))


@cache
def reports() -> list[dict[str, Any]]:
    """Reports of every kind: good, stopped early, with a chain, with several findings a check."""

    def less(subject: dict[str, Any]) -> None:
        del subject["unitAchievement"][1]

    found = [
        answers.report(answers.verified_paper()),
        answers.remarked(),
        answers.stopped(signature="signature_invalid"),
        unread("no_document", {"what": "Nothing."}, now=answers.AT),
        _with_two_findings(answers.remarked()),
        _corrected(),
        _foreign(),
    ]
    for chain in (
        Builder().build(),
        Builder(change={"transcript": less}).build(),
        Builder(signers={"agreement": ("college",)}).build(),
    ):
        for name in chain.documents:
            others = [chain.body(other) for other in chain.documents if other != name]
            found.append(chain.world.verify(chain.body(name), *others))
            found.append(chain.world.verify(chain.body(name)))
    return [json.loads(json.dumps(one.to_json())) for one in found]


def test_every_report_has_the_shape_that_is_documented() -> None:
    shape = {"$ref": "#/components/schemas/Report", "components": {"schemas": report_schemas()}}
    validator = Draft202012Validator(shape)
    kinds = set()
    for one in reports():
        validator.validate(one)
        kinds.add(type(one["credential"]).__name__ + str("@context" in (one["credential"] or "")))
    assert kinds == {"dictTrue", "dictFalse", "NoneTypeFalse"}


def _properties(shape: Any) -> set[str]:
    """The names of every member that a schema describes, at any depth."""
    if isinstance(shape, list):
        return {name for item in shape for name in _properties(item)}
    if not isinstance(shape, dict):
        return set()
    own = set(shape["properties"]) if isinstance(shape.get("properties"), dict) else set()
    return own | {name for item in shape.values() for name in _properties(item)}


def _members(value: Any) -> set[str]:
    if isinstance(value, list):
        return {name for item in value for name in _members(item)}
    if not isinstance(value, dict):
        return set()
    return set(value) | {name for item in value.values() for name in _members(item)}


def test_every_member_that_is_documented_is_in_some_report() -> None:
    held = {name for one in reports() for name in _members(one)}
    assert _properties(report_schemas()) <= held


def test_a_member_that_is_not_documented_would_be_seen() -> None:
    shape = {"$ref": "#/components/schemas/Report", "components": {"schemas": report_schemas()}}
    validator = Draft202012Validator(shape)
    good = reports()[0]
    assert not validator.is_valid({**good, "score": 1})
    assert not validator.is_valid({**good, "verdict": "valid"})
    assert not validator.is_valid({**good, "checks": good["checks"][1:]})


# Good answers


@pytest.fixture(scope="module")
def described(address: str) -> Any:
    return schemathesis.openapi.from_url(f"{address}/openapi.json")


@pytest.mark.parametrize("path", ["/api/verify", "/credentials/verify"])
@pytest.mark.parametrize("signed", [True, False], ids=["signed", "unsigned"])
def test_real_documents_get_answers_as_documented(described: Any, path: str, signed: bool) -> None:
    chain = Builder().build()
    document = dict(chain.documents["transcript"])
    if not signed:
        del document["proof"]
    body = document if path == "/api/verify" else {"verifiableCredential": document}
    case = described[path]["POST"].Case(body=body, media_type="application/json")
    answer = case.call()
    case.validate_response(answer)
    assert answer.status_code == (200 if path == "/api/verify" else 400)


def test_a_presentation_gets_an_answer_as_documented(described: Any) -> None:
    presentation = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [Builder().build().documents["transcript"]],
    }
    case = described["/presentations/verify"]["POST"].Case(
        body={"verifiablePresentation": presentation}, media_type="application/json"
    )
    answer = case.call()
    case.validate_response(answer)
    assert answer.json()["report"]["credentials"]
