"""Credentials of other systems: nothing of them is lost, and all that is told of them is signed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pyld import jsonld

from contexts import compiled, generic
from contexts.errors import DocumentError
from contexts.generic import Listed, Node, Reference, Value
from contexts.generic.labels import labels_of
from contexts.generic.tree import plain, tree_of
from contexts.loader import Allowances, bundled
from contexts.quads import IRI, RDF, BlankNode, Quad
from contexts.statements import canonical_statements
from tests.contexts.papers import document as paper
from tests.contexts.test_leaves import STRANGE, changed, mutations, parts
from tests.foreign_credentials import ALL, BADGES, CREDENTIALS, PRESENTED, document
from tests.verifier.tables.case import drop, put

CRED = "https://www.w3.org/2018/credentials#"


def outcome(written: dict[str, Any]) -> generic.GenericCredential | None:
    """What is read, or None where the document is refused."""
    try:
        return generic.read(written, contexts=bundled())
    except DocumentError:
        return None


def told(credential: generic.GenericCredential) -> Any:
    """Everything that anybody is told or shown of a credential."""
    return replace(credential, written={}), credential.to_json(), credential.status


# --- every change is seen ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_no_leaf_can_be_changed_unnoticed(name: str) -> None:
    original = document(name)
    expected = outcome(original)
    assert expected is not None
    unnoticed, accepted, respelled = [], 0, 0
    for path, value in parts(original):
        if not isinstance(value, str):
            continue
        for what, change in mutations(path[-1], value):
            found = outcome(changed(original, path[:-1], change))
            accepted += found is not None
            if found is None or found.statements != expected.statements:
                continue
            # The same statement in another spelling: whoever looks sees the same.
            respelled += 1
            assert told(found) == told(expected), (path, what)
            # A context that no word of the document comes from may go; all else is a spelling.
            spelling = what.startswith(("wrap in", "rename @", "rename http", "duplicate http"))
            spelling |= what.startswith("edit") and path[-1] == "@language"
            if not spelling and path[0] != "@context":
                unnoticed.append((path, what))
    assert unnoticed == []
    assert accepted > 40
    assert respelled


@pytest.mark.parametrize("name", ALL)
def test_no_object_can_be_given_a_member_unnoticed(name: str) -> None:
    original = document(name)
    expected = outcome(original)
    assert expected is not None
    for path in [(), *(path for path, value in parts(original) if isinstance(value, dict))]:
        for member in STRANGE:
            given = changed(original, path, lambda node, member=member: {**node, member: "9"})
            found = outcome(given)
            assert found is None or found.statements != expected.statements, (path, member)


@pytest.mark.parametrize("name", ALL)
def test_no_array_can_be_changed_unnoticed(name: str) -> None:
    original = document(name)
    expected = outcome(original)
    assert expected is not None
    for path, items in parts(original):
        if not isinstance(items, list):
            continue
        for index, item in enumerate(items):
            for other in (items[:index] + items[index + 1 :], [*items, item], [items]):
                found = outcome(changed(original, path, lambda _, other=other: other))
                if found is not None and found.statements == expected.statements:
                    assert told(found) == told(expected), (path, other)
                    assert other == [items] or path == ("@context",), (path, other)


@pytest.mark.parametrize("name", ALL)
def test_the_fast_and_the_slow_way_tell_the_same(name: str, monkeypatch: Any) -> None:
    fast = outcome(document(name))
    monkeypatch.setattr(compiled, "statements", lambda *_: None)
    slow = outcome(document(name))
    assert fast is not None
    assert slow is not None
    assert told(fast) == told(slow)


@pytest.mark.parametrize("url", sorted(bundled().urls))
def test_a_thing_is_named_by_id_alone(url: str) -> None:
    """What the fast way relies on, to know what a document is about."""

    def aliases(context: Any) -> set[str]:
        if isinstance(context, list):
            return set().union(*map(aliases, context))
        if not isinstance(context, dict):
            return set()
        found = {name for name, value in context.items() if value == "@id" and name != "@type"}
        return found.union(*(aliases(value) for value in context.values()))

    assert aliases(bundled().get(url)["@context"]) <= {"id", "@id"}


# --- what is refused -----------------------------------------------------------------------------

DATE_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"


def with_member(name: str, value: Any) -> Callable[[Any], None]:
    """A member of the data model, by its full address."""
    return lambda written: written.update({f"{CRED}{name}": value})


REFUSED: dict[str, tuple[str, Callable[[Any], None], str]] = {
    "an unknown term": ("badge", put({"credentialSubject.gradeAverage": "5"}), "unknown_term"),
    "an unknown type": ("badge", put(type=["VerifiableCredential", "Diploma"]), "unknown_term"),
    "an unknown type deep within": (
        "badge",
        put({"credentialSubject.achievement.type": ["Achievment"]}),
        "unknown_term",
    ),
    "a term in the wrong case": (
        "badge",
        put({"credentialSubject.achievementtype": "x"}),
        "unknown_term",
    ),
    "an index": ("badge", put({"credentialSubject.@index": "best"}), "unsupported_keyword"),
    "a direction, which no statement holds": (
        "degree",
        put(description={"@value": "x", "@direction": "ltr"}),
        "unsupported_keyword",
    ),
    "a relative address": (
        "badge",
        put({"credentialSubject.achievement.id": "a/b"}),
        "relative_iri",
    ),
    "a relative type": ("degree", put({"termsOfUse.type": "Terms"}), "unknown_term"),
    "nothing for a value": (
        "badge",
        put({"credentialSubject.activityStartDate": None}),
        "dropped_value",
    ),
    "an empty list": ("badge", put({"credentialSubject.achievement.tag": []}), "dropped_value"),
    "the same word twice": (
        "badge",
        put({"credentialSubject.achievement.tag": ["metal", "metal"]}),
        "duplicate_value",
    ),
    "two things with one id": (
        "badge",
        put({"issuer.id": "https://uni.example/achievements/welding"}),
        "duplicate_id",
    ),
    "a context within": (
        "badge",
        put({"credentialSubject.@context": CREDENTIALS}),
        "unsupported_context",
    ),
    "an unknown context": (
        "badge",
        put({"@context": [CREDENTIALS, "https://evil.example/c"]}),
        "unsupported_context",
    ),
    "a vocabulary of its own": (
        "badge",
        put({"@context": [CREDENTIALS, BADGES, {"@vocab": "https://evil.example/"}]}),
        "unsupported_context",
    ),
    "no version": ("badge", put({"@context": [BADGES]}), "wrong_value"),
    "two issuers in two spellings": (
        "degree",
        with_member("issuer", {"@id": "did:web:evil.example"}),
        "wrong_value",
    ),
    "two ends in two spellings": (
        "badge",
        with_member("validUntil", {"@value": "2099-01-01T00:00:00Z", "@type": DATE_TIME}),
        "wrong_value",
    ),
    "an end that is no moment": (
        "degree",
        with_member("validUntil", "2099-01-01T00:00:00Z"),
        "wrong_shape",
    ),
    "a digest that is not that of a context held here": (
        "degree",
        put({"relatedResource.digestSRI": "sha256-" + "A" * 43 + "="}),
        "resource_differs",
    ),
    "a digest in another form that is not": (
        "degree",
        put({"relatedResource.digestMultibase": "uEiD" + "A" * 43}),
        "resource_differs",
    ),
}


@pytest.mark.parametrize(("name", "change", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused(name: str, change: Callable[[Any], None], code: str) -> None:
    written = document(name)
    change(written)
    with pytest.raises(DocumentError) as caught:
        generic.read(written, contexts=bundled())
    assert caught.value.code == code, caught.value


KINDS = ("PersonalTranscript", "ExpertCertificate", "TrustList", "LearningAgreement")
OWN = "https://w3id.org/ecvet/v1"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("spelling", ["by its address", "as a keyword", "beside"])
def test_none_of_our_papers_comes_this_way(kind: str, spelling: str) -> None:
    written = document("degree")
    written["@context"] = [CREDENTIALS, OWN]
    if spelling == "as a keyword":
        del written["type"]
        written["@type"] = ["VerifiableCredential", kind]
    elif spelling == "beside":
        written["@type"] = kind
    else:
        written["type"] = ["VerifiableCredential", f"https://w3id.org/ecvet#{kind}"]
    with pytest.raises(DocumentError) as caught:
        generic.read(written, contexts=bundled())
    assert caught.value.code in {"native_respelled", "bad_json_ld", "unsigned_content"}


def test_a_real_paper_does_not_come_this_way_either() -> None:
    with pytest.raises(DocumentError) as caught:
        generic.read(paper("finland-omnia-business"), contexts=bundled())
    assert caught.value.code == "native_respelled"


# --- what is told --------------------------------------------------------------------------------


def test_what_is_told_of_a_badge() -> None:
    badge = document("badge")
    badge["credentialStatus"] = {
        "id": "https://uni.example/status/1#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://uni.example/status/1",
    }
    badge["credentialSchema"] = {"id": "https://uni.example/schema", "type": "JsonSchema"}
    read = generic.read(badge, contexts=bundled())
    assert (read.version, read.issuer, read.issuer_name) == (
        "2.0",
        "did:web:uni.example",
        "Example University",
    )
    assert (read.name, read.types) == ("Welding, first level", ("OpenBadgeCredential",))
    assert read.valid_from is not None
    assert read.valid_until is not None
    assert read.valid_until.isoformat() == "2028-01-01T00:00:00+02:00"
    assert read.statements == canonical_statements(badge)
    assert read.status == [{**badge["credentialStatus"], "type": ["BitstringStatusListEntry"]}]
    assert read.schemas == (("https://uni.example/schema", ("JsonSchema",)),)
    achievement = read.to_json()["credentialSubject"]["achievement"]
    assert achievement["criteria"] == badge["credentialSubject"]["achievement"]["criteria"]
    assert sorted(achievement["tag"]) == ["craft", "metal"]


def test_a_status_in_another_spelling_is_a_status_all_the_same() -> None:
    """The signature would hold: so no spelling may hide what the issuer may have withdrawn."""
    status = {
        "id": "https://uni.example/status/1#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://uni.example/status/1",
    }
    plainly = generic.read({**document("badge"), "credentialStatus": status}, contexts=bundled())
    respelled = generic.read(
        {**document("badge"), f"{CRED}credentialStatus": status}, contexts=bundled()
    )
    assert respelled.statements == plainly.statements
    assert respelled.status == plainly.status
    late = document("badge")
    late[f"{CRED}validUntil"] = {
        "@value": late.pop("validUntil"),
        "@type": DATE_TIME,
    }
    assert told(generic.read(late, contexts=bundled())) == told(
        generic.read(document("badge"), contexts=bundled())
    )


def test_numbers_lists_and_languages_are_told_as_they_are() -> None:
    extra = {
        "https://example.org/vocabulary": json.dumps(
            {
                "@context": {
                    "steps": {"@id": "https://example.org/steps", "@container": "@list"},
                    "count": "https://example.org/count",
                    "raw": {"@id": "https://example.org/raw", "@type": "@json"},
                    "Thing": "https://example.org/thing",
                    "thing": "https://example.org/thing",
                    "one": "https://example.org/one",
                    "Other": {
                        "@id": "https://example.org/Other",
                        "@context": {"one": "https://example.org/another"},
                    },
                }
            }
        ).encode()
    }
    contexts = bundled().including(extra)
    written = document("degree")
    written["@context"].append("https://example.org/vocabulary")
    written["credentialSubject"] = {
        "type": ["Thing", "Other"],
        "steps": ["b", "a", {"name": "c"}],
        "count": [3, 1.5, True],
        "raw": {"z": [1, None], "a": {}},
        "https://example.org/one": "1",
        "one": "2",
        "https://example.org/refers": {"@id": "https://uni.example/degrees/4"},
        "https://example.org/ends": {"@list": []},
    }
    told_of = generic.read(written, contexts=contexts).to_json()
    subject = told_of["credentialSubject"]
    assert subject["steps"] == ["b", "a", {"name": "c"}]
    assert sorted(map(str, subject["count"])) == ["1.5", "3", "True"]
    assert subject["raw"] == {"z": [1, None], "a": {}}
    assert subject["type"] == ["Other", "Thing"]
    # One name for two properties is a name for neither.
    assert subject["https://example.org/one"] == "1"
    assert subject["https://example.org/another"] == "2"
    assert subject["https://example.org/refers"] == "https://uni.example/degrees/4"
    assert subject["https://example.org/ends"] == []
    assert told_of["name"] == [
        {"@value": "A degree", "@language": "en"},
        {"@value": "Tutkinto", "@language": "fi"},
    ]


def test_a_chain_that_somebody_wrote_out_is_no_list() -> None:
    labels = labels_of([CREDENTIALS], bundled())
    loop = BlankNode("b1")
    root = IRI("https://uni.example/1")
    first, rest = IRI(RDF + "first"), IRI(RDF + "rest")
    quads = [
        Quad(root, IRI("https://example.org/p"), loop),
        Quad(loop, first, IRI("https://example.org/x")),
        Quad(loop, rest, root),
    ]
    tree = tree_of(quads, root, labels)
    (value,) = tree.all("https://example.org/p")
    assert isinstance(value, Listed)
    assert plain(value) == ["https://example.org/x", "https://uni.example/1"]


def test_what_hangs_on_nothing_is_refused() -> None:
    labels = labels_of([CREDENTIALS], bundled())
    stray = Quad(IRI("https://a.example/"), IRI("https://a.example/p"), IRI("https://b.example/"))
    with pytest.raises(DocumentError) as caught:
        tree_of([stray], IRI("https://uni.example/1"), labels)
    assert caught.value.code == "dropped_value"


def test_the_parts_of_a_tree_are_values_of_their_own() -> None:
    read = generic.read(document("degree"), contexts=bundled())
    maria = next(one for one in read.subjects if isinstance(one, Node) and one.id)
    assert maria.all("https://schema.org/name") == (Value("Maria"),)
    assert read.root.all(f"{CRED}issuer") == (Reference("did:web:uni.example", None),)
    assert read.name == "A degree"


# --- what a set of contexts allows ---------------------------------------------------------------


def test_a_presentation_has_the_statements_that_others_make_of_it() -> None:
    badge = {
        **document("badge"),
        "proof": {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-rdfc-2022",
            "created": "2026-01-01T00:00:00Z",
            "verificationMethod": "did:web:uni.example#key",
            "proofPurpose": "assertionMethod",
            "proofValue": "zAbc",
        },
    }
    presentation = {
        "@context": [CREDENTIALS],
        "type": ["VerifiablePresentation"],
        "holder": "did:web:maria.example",
        "verifiableCredential": [badge, document("degree"), document("older")],
    }
    with pytest.raises(DocumentError) as caught:
        canonical_statements(presentation)
    assert caught.value.code == "unsupported_context"
    ours = canonical_statements(presentation, contexts=PRESENTED).decode()
    theirs = jsonld.normalize(
        copy.deepcopy(presentation),
        {
            "algorithm": "URDNA2015",
            "format": "application/n-quads",
            "documentLoader": bundled().pyld_loader(),
        },
    )
    assert ours == theirs
    presentation["verifiableCredential"][1]["@context"].append("https://evil.example/c")
    with pytest.raises(DocumentError) as caught:
        canonical_statements(presentation, contexts=PRESENTED)
    assert caught.value.code == "unsupported_context"


def test_directions_and_contexts_of_its_own_are_for_the_conformance_profile_alone() -> None:
    loose = bundled().allowing(Allowances(inline=True, directions=True))
    written = document("degree")
    written["@context"].append({"points": "https://example.org/points"})
    written["points"] = "5"
    written["description"] = {"@value": "x", "@language": "en", "@direction": "ltr"}
    read = generic.read(written, contexts=loose)
    assert read.to_json()["points"] == "5"
    assert b"https://example.org/points" in read.statements
    with pytest.raises(DocumentError) as caught:
        generic.read(written, contexts=bundled())
    assert caught.value.code in {"unsupported_context", "unsupported_keyword"}
    drop("description")(written)
    written["name"] = {"@value": "x", "@index": "y"}
    with pytest.raises(DocumentError) as caught:
        generic.read(written, contexts=loose)
    assert caught.value.code == "unknown_member"
