"""What the data model requires, as the suites ask for it: an input, and the status that is due.

Verifiable Credentials Data Model 2.0; the first of each row of `STATEMENTS` is its section.
A member that is None is left out.
"""

from __future__ import annotations

from typing import Any

from tests.issuer.conformance_suite import BASE_CONTEXT, DEMO_CONTEXT

INLINE = {"degree": "https://example.org/vocabulary#degree"}
STATUS_TYPE = {"SomeStatus": "https://example.org/vocabulary#SomeStatus"}
EXTRA = [
    BASE_CONTEXT,
    {
        "@protected": True,
        **INLINE,
        **STATUS_TYPE,
        "SomeService": "https://example.org/vocabulary#SomeService",
    },
]

#: statement -> (section, members that are changed, status)
STATEMENTS: dict[str, tuple[str, dict[str, Any], int]] = {
    "a credential needs no more than this": ("4.2", {}, 201),
    "a context is required": ("4.3", {"@context": None}, 400),
    "the first context is the base one": ("4.3", {"@context": [DEMO_CONTEXT, BASE_CONTEXT]}, 400),
    "the base context may not be left out": ("4.3", {"@context": [DEMO_CONTEXT]}, 400),
    "further contexts may be URLs": ("4.3", {"@context": [BASE_CONTEXT, DEMO_CONTEXT]}, 201),
    "further contexts may be objects": (
        "4.3",
        {"@context": [BASE_CONTEXT, INLINE], "credentialSubject": {"degree": "BSc"}},
        201,
    ),
    "contexts are not numbers": ("4.3", {"@context": [BASE_CONTEXT, 123192875]}, 400),
    "contexts are not null": ("4.3", {"@context": [BASE_CONTEXT, None]}, 400),
    "contexts must be processable": ("4.3", {"@context": [BASE_CONTEXT, "https ://x"]}, 400),
    "contexts must be known": ("4.3", {"@context": [BASE_CONTEXT, "https://x.example"]}, 400),
    "an id is optional": ("4.4", {"id": None}, 201),
    "an id is a URL": ("4.4", {"id": "not a url"}, 400),
    "an id is one": ("4.4", {"id": ["urn:a:b", "urn:c:d"]}, 400),
    "an id is not null": ("4.4", {"id": [None]}, 400),
    "a subject's id is one": ("4.4", {"credentialSubject": {"id": ["urn:a:b", "urn:c:d"]}}, 400),
    "a subject's id is a URL": ("4.4", {"credentialSubject": {"id": "not a url"}}, 400),
    "a type is required": ("4.5", {"type": None}, 400),
    "the type is a credential": ("4.5", {"type": ["Demo"]}, 400),
    "types are texts": ("4.5", {"type": ["VerifiableCredential", 4]}, 400),
    "types are terms or URLs": ("4.5", {"type": ["VerifiableCredential", "Unknown"]}, 400),
    "types may be URLs": (
        "4.5",
        {"type": ["VerifiableCredential", "https://example.org/vocabulary#Demo"]},
        201,
    ),
    "types may be terms of a context": (
        "4.5",
        {"@context": [BASE_CONTEXT, DEMO_CONTEXT], "type": ["VerifiableCredential", "Demo"]},
        201,
    ),
    "a name is a text": ("4.6", {"name": "A credential"}, 201),
    "a name may have a language": (
        "4.6",
        {"name": {"@value": "Ein Nachweis", "@language": "de", "@direction": "ltr"}},
        201,
    ),
    "a name may be in several languages": (
        "4.6",
        {"name": [{"@value": "A", "@language": "en"}, {"@value": "B", "@language": "de"}]},
        201,
    ),
    "a name is not a number": ("4.6", {"name": 4}, 400),
    "a name's value is a text": ("4.6", {"name": {"@value": 4, "@language": "en"}}, 400),
    "a language is well-formed": ("4.6", {"name": {"@value": "A", "@language": "no_tag!"}}, 400),
    "a direction is one of two": ("4.6", {"name": {"@value": "A", "@direction": "up"}}, 400),
    "a name has nothing else": ("4.6", {"name": {"@value": "A", "url": "did:example:x"}}, 400),
    "a description likewise": ("4.6", {"description": {"@value": "A", "@language": "en"}}, 201),
    "a description is not a number": ("4.6", {"description": 4}, 400),
    "an issuer is required": ("4.7", {"issuer": None}, 400),
    "an issuer is a URL": ("4.7", {"issuer": "not a url"}, 400),
    "an issuer object has an id": ("4.7", {"issuer": {"name": "A"}}, 400),
    "an issuer object's id is a URL": ("4.7", {"issuer": {"id": "not a url"}}, 400),
    "an issuer object's id is not null": ("4.7", {"issuer": {"id": None}}, 400),
    "a subject is required": ("4.8", {"credentialSubject": None}, 400),
    "a subject says something": ("4.8", {"credentialSubject": {}}, 400),
    "a subject is an object": ("4.8", {"credentialSubject": "did:example:subject"}, 400),
    "several subjects are well": (
        "4.8",
        {"credentialSubject": [{"id": "did:example:a"}, {"id": "did:example:b"}]},
        201,
    ),
    "none of several subjects is empty": (
        "4.8",
        {"credentialSubject": [{"id": "did:example:a"}, {}]},
        400,
    ),
    "validFrom is a dateTimeStamp": ("4.9", {"validFrom": "2024-01-01T00:00:00Z"}, 201),
    "validFrom has a zone": ("4.9", {"validFrom": "2024-01-01T00:00:00"}, 400),
    "validFrom may have an offset": ("4.9", {"validFrom": "2024-01-01T00:00:00-14:00"}, 201),
    "validFrom is a day that exists": ("4.9", {"validFrom": "2024-02-30T00:00:00Z"}, 400),
    "validFrom is no mere date": ("4.9", {"validFrom": "2024-01-01"}, 400),
    "validUntil is a dateTimeStamp": ("4.9", {"validUntil": "2030-01-01T00:00:00Z"}, 201),
    "validUntil has a zone": ("4.9", {"validUntil": "2030-01-01T00:00:00"}, 400),
    "validUntil is not before validFrom": (
        "4.9",
        {"validFrom": "2024-01-01T00:00:00Z", "validUntil": "2023-01-01T00:00:00Z"},
        400,
    ),
    "a status has a type": ("4.10", {"credentialStatus": {"id": "did:example:status"}}, 400),
    "a status with a type": (
        "4.10",
        {"@context": EXTRA, "credentialStatus": {"id": "urn:a:b", "type": "SomeStatus"}},
        201,
    ),
    "a status needs no id": (
        "4.10",
        {"@context": EXTRA, "credentialStatus": {"type": "SomeStatus"}},
        201,
    ),
    "a status id is one": (
        "4.10",
        {
            "@context": EXTRA,
            "credentialStatus": {"id": ["urn:a:b", "urn:c:d"], "type": "SomeStatus"},
        },
        400,
    ),
    "a status id is a URL": (
        "4.10",
        {"@context": EXTRA, "credentialStatus": {"id": "no url", "type": "SomeStatus"}},
        400,
    ),
    "a status type is a term or a URL": (
        "4.10",
        {"credentialStatus": {"type": "Unknown"}},
        400,
    ),
    "a schema has a type": ("4.11", {"credentialSchema": {"id": "https://x.example/s"}}, 400),
    "a schema has an id": ("4.11", {"credentialSchema": {"type": "JsonSchema"}}, 400),
    "a schema's id is a URL": (
        "4.11",
        {"credentialSchema": {"id": "no url", "type": "JsonSchema"}},
        400,
    ),
    "a schema": (
        "4.11",
        {"credentialSchema": {"id": "https://x.example/s", "type": "JsonSchema"}},
        201,
    ),
    "a protected term is not defined anew": (
        "5.2.1",
        {"@context": [BASE_CONTEXT, {"VerifiableCredential": "https://example.org/x"}]},
        400,
    ),
    "terms are defined": ("5.2", {"credentialSubject": {"undefined": "x"}}, 400),
    "a related resource has a digest": (
        "5.3",
        {"relatedResource": [{"id": "https://x.example/r"}]},
        400,
    ),
    "a related resource has an id": (
        "5.3",
        {"relatedResource": [{"digestSRI": "sha256-" + "A" * 43 + "="}]},
        400,
    ),
    "a related resource with a digest": (
        "5.3",
        {"relatedResource": [{"id": "https://x.example/r", "digestMultibase": "uEiA" + "A" * 42}]},
        201,
    ),
    "related resources have different ids": (
        "5.3",
        {
            "relatedResource": [
                {"id": "https://x.example/r", "digestMultibase": "uEiA" + "A" * 42},
                {"id": "https://x.example/r", "digestMultibase": "uEiB" + "A" * 42},
            ]
        },
        400,
    ),
    "related resources are objects": ("5.3", {"relatedResource": ["https://x.example/r"]}, 400),
    "a digest that is known to be another's": (
        "5.3",
        {"relatedResource": [{"id": BASE_CONTEXT, "digestSRI": "sha256-" + "A" * 43 + "="}]},
        400,
    ),
    "a refresh service has a type": ("5.4", {"refreshService": {"id": "https://x.example"}}, 400),
    "refresh services": (
        "5.4",
        {"@context": EXTRA, "refreshService": [{"id": "urn:a:b", "type": "SomeService"}]},
        201,
    ),
    "terms of use have a type": ("5.5", {"termsOfUse": {"id": "https://x.example"}}, 400),
    "terms of use": ("5.5", {"@context": EXTRA, "termsOfUse": [{"type": "SomeService"}]}, 201),
    "evidence has a type": ("5.6", {"evidence": [{"id": "https://x.example"}]}, 400),
    "pieces of evidence": (
        "5.6",
        {"@context": EXTRA, "evidence": [{"type": "SomeService"}, {"type": "SomeStatus"}]},
        201,
    ),
}


PRESENTED: dict[str, tuple[dict[str, Any], int]] = {
    "it needs no more than this": ({}, 200),
    "an id": ({"id": "urn:uuid:00000000-0000-4000-8000-000000000001"}, 200),
    "an id that is no URL": ({"id": "not a url"}, 400),
    "a context is required": ({"@context": None}, 400),
    "the base context comes first": ({"@context": [DEMO_CONTEXT, BASE_CONTEXT]}, 400),
    "further contexts": ({"@context": [BASE_CONTEXT, DEMO_CONTEXT]}, 200),
    "further contexts as objects": ({"@context": [BASE_CONTEXT, INLINE]}, 200),
    "unknown contexts": ({"@context": [BASE_CONTEXT, "https://x.example"]}, 400),
    "contexts that are numbers": ({"@context": [BASE_CONTEXT, 123192875]}, 400),
    "a type is required": ({"type": None}, 400),
    "the type is a presentation": ({"type": ["Demo"]}, 400),
    "further types": (
        {
            "@context": [BASE_CONTEXT, DEMO_CONTEXT],
            "type": ["VerifiablePresentation", "Demo"],
        },
        200,
    ),
    "credentials are objects": ({"verifiableCredential": ["https://x.example/1"]}, 400),
    "credentials are not numbers": ({"verifiableCredential": [4]}, 400),
    "a holder is a URL": ({"holder": "not a url"}, 400),
    "a holder object has an id": ({"holder": {"name": "A"}}, 400),
}
