"""The data model of all credentials and presentations, case by case."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from contexts.errors import DocumentError
from contexts.generic import vcdm
from contexts.loader import bundled
from tests.foreign_credentials import ALL, BADGES, CREDENTIALS, CREDENTIALS_1, document
from tests.verifier.tables.case import drop, put

Change = Callable[[Any], None]

PLAIN: dict[str, Any] = {
    "@context": [CREDENTIALS],
    "type": ["VerifiableCredential"],
    "issuer": "did:example:issuer",
    "credentialSubject": {"id": "did:example:subject"},
}
WITH_TYPE = {"type": "https://example.org/#Kind"}
DIGEST = {"digestSRI": "sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ="}
#: The members that must say their kind; the first of them may say an address too.
POINTING = ("credentialStatus", "credentialSchema", "refreshService", "termsOfUse", "evidence")
TYPED = (*POINTING, "proof", "confidenceMethod", "renderMethod")
RESOURCE = {"id": "https://example.org/a", **DIGEST}
ENGLISH = {"@value": "Dog", "@language": "en"}


def changed(change: Change, base: dict[str, Any] = PLAIN) -> dict[str, Any]:
    made = copy.deepcopy(base)
    change(made)
    return made


GOOD: dict[str, Change] = {
    "the least": put(),
    "one context, without an array": put({"@context": CREDENTIALS}),
    "a second context": put({"@context": [CREDENTIALS, BADGES]}),
    "a context written out": put({"@context": [CREDENTIALS, {"x": "https://example.org/x"}]}),
    "one type, without an array": put(type="VerifiableCredential"),
    "the type last": put(type=["https://example.org/#Kind", "VerifiableCredential"]),
    "an id": put(id="urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33"),
    "an issuer as an object": put(issuer={"id": "did:example:i", "name": "I", "description": "D"}),
    "an issuer named in two languages": put(issuer={"id": "did:example:i", "name": [ENGLISH]}),
    "a name with language and direction": put(name={**ENGLISH, "@direction": "rtl"}),
    "a name in two languages": put(name=[ENGLISH, {"@value": "Chien", "@language": "fr"}]),
    "a description with a direction alone": put(description={"@value": "Dog", "@direction": "ltr"}),
    "two subjects": put(credentialSubject=[{"id": "did:example:a"}, {"id": "did:example:b"}]),
    "a subject without an id": put(credentialSubject={"name": "Maria"}),
    "a moment to the millisecond": put(validFrom="2026-01-01T00:00:00.123Z"),
    "a moment with an offset": put(validFrom="2026-01-01T00:00:00-08:00"),
    "midnight at the end of a day": put(validFrom="2026-01-01T24:00:00Z"),
    "an end at the beginning": put(
        validFrom="2026-01-01T02:00:00+02:00", validUntil="2026-01-01T00:00:00Z"
    ),
    "only an end": put(validUntil="2026-01-01T00:00:00Z"),
    "a status without an id": put(credentialStatus=WITH_TYPE),
    "two entries of status": put(credentialStatus=[WITH_TYPE, {"id": "did:a:b", **WITH_TYPE}]),
    "a schema": put(credentialSchema={"id": "https://example.org/s", "type": "JsonSchema"}),
    "two schemas": put(
        credentialSchema=[
            {"id": "https://example.org/s", "type": "JsonSchema"},
            {"id": "https://example.org/t", "type": "JsonSchema", **DIGEST},
        ]
    ),
    "a proof": put(proof=WITH_TYPE),
    "two proofs": put(proof=[WITH_TYPE, WITH_TYPE]),
    "evidence": put(evidence=WITH_TYPE),
    "terms of use, twice": put(termsOfUse=[WITH_TYPE, WITH_TYPE]),
    "a refresh service": put(refreshService={"id": "did:example:r", **WITH_TYPE}),
    "a refresh service without an id": put(refreshService=WITH_TYPE),
    "a related resource": put(relatedResource=RESOURCE),
    "a related resource with both digests": put(
        relatedResource=[{**RESOURCE, "digestMultibase": "uEiA", "mediaType": "text/plain"}]
    ),
    "a value with a type, somewhere": put(
        {"credentialSubject.x": {"@value": "1", "@type": "https://example.org/t"}}
    ),
}


@pytest.mark.parametrize("change", GOOD.values(), ids=GOOD.keys())
def test_what_keeps_to_the_data_model(change: Change) -> None:
    vcdm.check(changed(change), version="2.0")


@pytest.mark.parametrize("name", ALL)
def test_the_credentials_of_these_tests_keep_to_it(name: str) -> None:
    written = document(name)
    version = vcdm.version_of(written)
    assert version is not None
    vcdm.check(written, version=version)


BAD: dict[str, tuple[Change, str, str]] = {
    # --- 4.3 contexts
    "no context": (drop("@context"), "missing_member", "$"),
    "an empty list of contexts": (put({"@context": []}), "wrong_value", "$['@context'][0]"),
    "the base context second": (
        put({"@context": [BADGES, CREDENTIALS]}),
        "wrong_value",
        "$['@context'][0]",
    ),
    "another version's context": (
        put({"@context": [CREDENTIALS_1]}),
        "wrong_value",
        "$['@context'][0]",
    ),
    "a context that is a number": (
        put({"@context": [CREDENTIALS, 5]}),
        "wrong_shape",
        "$['@context'][1]",
    ),
    "a context that is no URL": (
        put({"@context": [CREDENTIALS, "vocabulary"]}),
        "wrong_form",
        "$['@context'][1]",
    ),
    # --- 4.4 identifiers
    "an id that is no URL": (put(id="not a url"), "wrong_form", "$.id"),
    "a relative id": (put(id="credentials/1"), "wrong_form", "$.id"),
    "two ids": (put(id=["did:example:1", "did:example:2"]), "wrong_shape", "$.id"),
    "an id of null": (put(id=None), "wrong_shape", "$.id"),
    "a subject's id that is no URL": (
        put({"credentialSubject.id": "Maria"}),
        "wrong_form",
        "$.credentialSubject.id",
    ),
    "two ids of a subject": (
        put({"credentialSubject.id": ["did:example:1", "did:example:2"]}),
        "wrong_shape",
        "$.credentialSubject.id",
    ),
    # --- 4.5 types
    "no type": (drop("type"), "missing_member", "$"),
    "an empty list of types": (put(type=[]), "wrong_length", "$.type"),
    "a type that is an object": (put(type=[{"@id": "x:y"}]), "wrong_shape", "$.type"),
    "not the type of a credential": (put(type=["Diploma"]), "wrong_value", "$.type"),
    # --- 4.6 names and descriptions, 11.1 language and direction
    "a name that is a number": (put(name=7), "wrong_shape", "$.name"),
    "a name that is an object": (put(name={"en": "Dog"}), "wrong_shape", "$.name"),
    "a name with more than language and direction": (
        put(name={**ENGLISH, "url": "did:example:u"}),
        "unknown_member",
        "$.name.url",
    ),
    "a name with a type": (put(name={"@value": "x", "@type": "x:y"}), "wrong_shape", "$.name"),
    "a name whose value is a number": (put(name={"@value": 5}), "wrong_shape", "$.name['@value']"),
    "an empty list of names": (put(name=[]), "wrong_length", "$.name"),
    "a list with a bare name": (put(name=["Dog"]), "wrong_shape", "$.name[0]"),
    "an unknown direction": (
        put(description={**ENGLISH, "@direction": "up"}),
        "wrong_value",
        "$.description['@direction']",
    ),
    "a language that is none": (
        put(description={"@value": "Dog", "@language": "in English"}),
        "wrong_value",
        "$.description['@language']",
    ),
    "an issuer's name with more": (
        put(issuer={"id": "did:example:i", "name": {**ENGLISH, "x": "y"}}),
        "unknown_member",
        "$.issuer.name.x",
    ),
    "a direction that is none, deep within": (
        put({"credentialSubject.a": [{"b": {"@value": "x", "@direction": "auto"}}]}),
        "wrong_value",
        "$.credentialSubject.a[0].b['@direction']",
    ),
    # --- 4.7 issuer
    "no issuer": (drop("issuer"), "missing_member", "$"),
    "an issuer of null": (put(issuer=None), "wrong_shape", "$.issuer"),
    "an issuer that is no URL": (put(issuer="Example"), "wrong_form", "$.issuer"),
    "an issuer without an id": (put(issuer={"name": "I"}), "missing_member", "$.issuer"),
    "an issuer with an id of null": (put(issuer={"id": None}), "wrong_shape", "$.issuer.id"),
    "an issuer with an id that is no URL": (put(issuer={"id": "I"}), "wrong_form", "$.issuer.id"),
    "two issuers": (put(issuer=["did:example:a", "did:example:b"]), "wrong_shape", "$.issuer"),
    # --- 4.8 subjects
    "no subject": (drop("credentialSubject"), "missing_member", "$"),
    "a subject that says nothing": (
        put(credentialSubject={}),
        "wrong_length",
        "$.credentialSubject",
    ),
    "no subject among none": (put(credentialSubject=[]), "wrong_length", "$.credentialSubject"),
    "one of two subjects empty": (
        put(credentialSubject=[{"id": "did:example:a"}, {}]),
        "wrong_length",
        "$.credentialSubject[1]",
    ),
    "a subject that is text": (
        put(credentialSubject="did:example:a"),
        "wrong_shape",
        "$.credentialSubject",
    ),
    # --- 4.9 validity
    "a day for a moment": (put(validFrom="2026-01-01"), "bad_date", "$.validFrom"),
    "a moment without a zone": (put(validFrom="2026-01-01T00:00:00"), "bad_date", "$.validFrom"),
    "an empty moment": (put(validUntil=""), "bad_date", "$.validUntil"),
    "a moment of null": (put(validUntil=None), "wrong_shape", "$.validUntil"),
    "a day that does not exist": (
        put(validUntil="2026-02-30T00:00:00Z"),
        "bad_date",
        "$.validUntil",
    ),
    "a letter of another alphabet": (
        put(validUntil="2026-0\u0661-01T00:00:00Z"),
        "bad_date",
        "$.validUntil",
    ),
    "an end before the beginning": (
        put(validFrom="2026-01-01T00:00:00Z", validUntil="2026-01-01T00:00:00+00:01"),
        "wrong_value",
        "$.validUntil",
    ),
    # --- what has a type
    **{
        f"{name} without a type": (
            put({name: {"id": "did:example:x"}}),
            "missing_member",
            f"$.{name}",
        )
        for name in TYPED
    },
    **{
        f"{name} with an id that is no URL": (
            put({name: {"id": "x y", **WITH_TYPE}}),
            "wrong_form",
            f"$.{name}.id",
        )
        for name in POINTING
    },
    **{
        f"{name} as text": (put({name: "did:example:x"}), "wrong_shape", f"$.{name}")
        for name in POINTING
    },
    "a status with two ids": (
        put(credentialStatus={"id": ["did:a:b", "did:a:c"], **WITH_TYPE}),
        "wrong_shape",
        "$.credentialStatus.id",
    ),
    "a schema without an id": (
        put(credentialSchema=WITH_TYPE),
        "missing_member",
        "$.credentialSchema",
    ),
    "the second of two without a type": (
        put(evidence=[WITH_TYPE, {"id": "did:example:x"}]),
        "missing_member",
        "$.evidence[1]",
    ),
    # --- 5.3 related resources
    "a resource without an id": (
        put(relatedResource=DIGEST),
        "missing_member",
        "$.relatedResource",
    ),
    "a resource without a digest": (
        put(relatedResource={"id": "https://example.org/a"}),
        "missing_member",
        "$.relatedResource",
    ),
    "a resource twice": (
        put(relatedResource=[RESOURCE, RESOURCE]),
        "duplicate_id",
        "$.relatedResource[1].id",
    ),
    "a digest by an old hash": (
        put(relatedResource={**RESOURCE, "digestSRI": "md5-AAAA"}),
        "wrong_form",
        "$.relatedResource.digestSRI",
    ),
    "a digest in no base": (
        put(relatedResource={**RESOURCE, "digestMultibase": "0123"}),
        "wrong_form",
        "$.relatedResource.digestMultibase",
    ),
    "a digest that is a number": (
        put(relatedResource={**RESOURCE, "digestSRI": 5}),
        "wrong_shape",
        "$.relatedResource.digestSRI",
    ),
    "a media type that is a list": (
        put(relatedResource={**RESOURCE, "mediaType": ["text/plain"]}),
        "wrong_shape",
        "$.relatedResource.mediaType",
    ),
}


@pytest.mark.parametrize(("change", "code", "path"), BAD.values(), ids=BAD.keys())
def test_what_breaks_the_data_model_is_refused_with_its_place(
    change: Change, code: str, path: str
) -> None:
    with pytest.raises(DocumentError) as caught:
        vcdm.check(changed(change), version="2.0")
    assert (caught.value.code, caught.value.path) == (code, path), caught.value
    assert caught.value.message


@pytest.mark.parametrize("value", [None, [], "x", 5, True, [PLAIN]], ids=repr)
def test_what_is_no_object_is_no_credential(value: Any) -> None:
    for check in (vcdm.check, vcdm.check_presentation):
        with pytest.raises(DocumentError, match="expected an object"):
            check(value, version="2.0")


OLDER: dict[str, tuple[Change, str | None]] = {
    "as it is": (put(), None),
    "without a beginning": (drop("issuanceDate"), "missing_member"),
    "with the newer context first": (
        put({"@context": [CREDENTIALS, CREDENTIALS_1]}),
        "wrong_value",
    ),
    "a status without an id": (put(credentialStatus=WITH_TYPE), "missing_member"),
    "a refresh service without an id": (put(refreshService=WITH_TYPE), "missing_member"),
    "an end before the beginning": (put(expirationDate="2025-01-01T00:00:00Z"), "wrong_value"),
}


@pytest.mark.parametrize(("change", "code"), OLDER.values(), ids=OLDER.keys())
def test_the_older_version_has_rules_of_its_own(change: Change, code: str | None) -> None:
    written = changed(change, document("older"))
    if code is None:
        vcdm.check(written, version="1.1")
        return
    with pytest.raises(DocumentError) as caught:
        vcdm.check(written, version="1.1")
    assert caught.value.code == code


PRESENTATION: dict[str, Any] = {
    "@context": [CREDENTIALS],
    "type": ["VerifiablePresentation"],
    "verifiableCredential": [PLAIN],
}
PRESENTATIONS: dict[str, tuple[Change, str | None]] = {
    "as it is": (put(), None),
    "an id": (put(id="urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33"), None),
    "nothing presented": (put(verifiableCredential=[]), None),
    "no such member": (drop("verifiableCredential"), None),
    "one credential, without an array": (put(verifiableCredential=PLAIN), None),
    "a holder": (put(holder="did:example:h"), None),
    "a holder as an object": (put(holder={"id": "did:example:h"}), None),
    "a holder without an id": (put(holder={"name": "H"}), "missing_member"),
    "a holder that is no URL": (put(holder="H"), "wrong_form"),
    "two holders": (put(holder=["did:example:h", "did:example:i"]), "wrong_shape"),
    "no type": (drop("type"), "missing_member"),
    "not the type of a presentation": (put(type=["VerifiableCredential"]), "wrong_value"),
    "no context": (drop("@context"), "missing_member"),
    "a credential by its address": (put(verifiableCredential=["did:example:c"]), "wrong_shape"),
    "a number for a credential": (put(verifiableCredential=5), "wrong_shape"),
    "a credential without a type": (
        put(verifiableCredential=[{"@context": CREDENTIALS, "id": "data:,"}]),
        "missing_member",
    ),
    "an id that is no URL": (put(id="p 1"), "wrong_form"),
    "terms of use without a type": (put(termsOfUse={"id": "did:example:t"}), "missing_member"),
    "a proof without a type": (put(proof={"proofValue": "z"}), "missing_member"),
}


@pytest.mark.parametrize(("change", "code"), PRESENTATIONS.values(), ids=PRESENTATIONS.keys())
def test_presentations(change: Change, code: str | None) -> None:
    written = changed(change, PRESENTATION)
    if code is None:
        vcdm.check_presentation(written)
        return
    with pytest.raises(DocumentError) as caught:
        vcdm.check_presentation(written)
    assert caught.value.code == code


def test_the_older_context_says_the_same_as_the_one_published(vectors: Any) -> None:
    published = json.loads((vectors / "contexts" / "credentials-v1.jsonld").read_bytes())
    assert bundled().get(CREDENTIALS_1) == published
    (version,) = bundled().versions(CREDENTIALS_1)
    assert not version.as_published
