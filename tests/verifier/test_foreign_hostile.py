"""Whatever stands in a credential or a presentation of another system, there is an answer to it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contexts.test_leaves import changed, parts
from tests.foreign_credentials import document, new_world, presentation, presented
from tests.verifier.test_presentations import verified
from tests.world import World, encoded
from verifier.report import VerifiedForeign

ODD: tuple[Any, ...] = (
    None,
    True,
    -5,
    1.5,
    "",
    "x",
    "\ud7ff<b>",
    [],
    {},
    [[]],
    [None],
    {"@value": "x"},
    {"@list": [{"@list": []}]},
    {"@id": "urn:x:%zz"},
    {"id": "urn:x:y", "type": "VerifiableCredential"},
    {"http://www.w3.org/1999/02/22-rdf-syntax-ns#first": "x"},
)


def oddities(written: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The document with each of its parts replaced by each odd value, and with odd members."""
    for path, _ in parts(written):
        for odd in ODD:
            yield changed(written, path, lambda _, odd=odd: odd)
    for path in [(), *(path for path, value in parts(written) if isinstance(value, dict))]:
        for name in ("@type", "@graph", "@reverse", "@included", "@context", "proof", "", "_:b"):
            for odd in ODD[:8]:
                yield changed(written, path, lambda at, name=name, odd=odd: {**at, name: odd})


@pytest.mark.parametrize("name", ["badge", "degree"])
def test_every_oddity_in_a_credential_has_its_answer(name: str) -> None:
    world = new_world()
    made = world.sign(document(name), "uni")
    good = world.verify(encoded(made)).to_json()["credential"]
    for odd in oddities(made):
        report = world.verify(encoded(odd))
        if isinstance(report.credential, VerifiedForeign):
            assert report.to_json()["credential"] == good, odd


def test_every_oddity_in_a_presentation_has_its_answer() -> None:
    world = new_world()
    unsigned = presentation(world, world.sign(document("older"), "uni"))
    made = presented(unsigned, world.parties["maria"])
    for odd in oddities(made):
        report = verified(world, encoded(odd))
        if report.holder is not None:
            assert len(report.credentials) <= 1, odd
            assert [r.to_json()["credential"] for r in report.credentials if r.credential]


LOOPS: dict[str, dict[str, Any]] = {
    "a thing that is its own part": {
        "id": "https://uni.example/badges/17",
        "name": "x",
    },
    "a chain that leads back": {
        "https://example.org/p": {
            "http://www.w3.org/1999/02/22-rdf-syntax-ns#first": "x",
            "http://www.w3.org/1999/02/22-rdf-syntax-ns#rest": {
                "@id": "https://uni.example/badges/17"
            },
        }
    },
}


@pytest.mark.parametrize("subject", LOOPS.values(), ids=LOOPS.keys())
def test_what_leads_back_to_itself_ends(subject: dict[str, Any]) -> None:
    world = new_world()
    written = {**document("degree"), "id": "https://uni.example/badges/17"}
    written["credentialSubject"] = subject
    report = world.verify(encoded({**written, "proof": document("badge")}))
    assert report.credential is None


def test_a_poison_graph_is_refused_in_time() -> None:
    world = new_world()
    knot = [{"https://example.org/k": [{"name": "x"}, {"name": "x"}]} for _ in range(60)]
    written = {**document("degree"), "credentialSubject": knot, "proof": {"type": "x:y"}}
    report = world.verify(encoded(written))
    assert report.check("terms").code in {"complexity_limit", "unsigned_content", "terms_defined"}
    assert report.verdict.value != "verified"


@pytest.fixture(scope="module")
def signed() -> tuple[World, dict[str, Any]]:
    world = new_world()
    return world, world.sign(document("badge"), "uni")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(at=st.integers(0, 10_000), value=JSON)
def test_anything_anywhere_has_its_answer(
    signed: tuple[World, dict[str, Any]], at: int, value: Any
) -> None:
    world, made = signed
    paths = [path for path, _ in parts(made)]
    odd = changed(copy.deepcopy(made), paths[at % len(paths)], lambda _: value)
    report = world.verify(encoded(odd))
    assert report.verdict.value in {"verified", "not_verified", "unconfirmed"}
