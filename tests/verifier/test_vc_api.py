"""The verifier's routes of the VC-API, on a running server, with papers and presentations."""

from __future__ import annotations

import functools
import http.client
import json
import operator
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contexts.loader import Allowances, bundled
from keys.proofs import create
from tests.chain_papers import Builder, Chain
from tests.verifier.hostile import MemoryDoor
from tests.world import NOW, Party
from verifier.findings import CATALOGUE
from verifier.policy import Policy
from verifier.service import Verifier
from verifier.web import vc_api_answers
from verifier.web.app import verifier_app
from verifier.web.serve import start
from verifier.web.settings import WebSettings
from verifier.web.vc_api_challenges import ChallengeLimits, Challenges

BASE_CONTEXT = "https://www.w3.org/ns/credentials/v2"
PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Program:
    """A program that asks the verifier."""

    port: int

    def send(
        self, path: str, body: object, content_type: str = "application/json", **headers: str
    ) -> tuple[int, str, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("POST", path, data, {"Content-Type": content_type, **headers})
            got = connection.getresponse()
            raw = got.read()
            assert b"Traceback" not in raw
            assert got.headers["Cache-Control"] == "no-store"
            return got.status, got.headers["Content-Type"], json.loads(raw)
        finally:
            connection.close()

    def credential(self, credential: object, **options: Any) -> tuple[int, Any]:
        body = {"verifiableCredential": credential, "options": options}
        status, content_type, answer = self.send("/credentials/verify", body)
        assert content_type == ("application/json" if status == 200 else PROBLEM)
        return status, answer

    def presentation(self, presentation: object, **options: Any) -> tuple[int, Any]:
        body = {"verifiablePresentation": presentation, "options": options}
        status, _, answer = self.send("/presentations/verify", body)
        return status, answer


@pytest.fixture(scope="module")
def chain() -> Chain:
    return Builder().build()


@pytest.fixture
def program(chain: Chain) -> Iterator[Program]:
    service = Verifier(
        chain.world.trust(), Policy(), MemoryDoor(dict(chain.world.network)), lambda: NOW
    )
    with start(verifier_app(WebSettings(operator="X"), service), "127.0.0.1", 0) as running:
        yield Program(running.port)


def codes(answer: dict[str, Any], where: str = "problemDetails") -> list[str]:
    return [one["code"] for one in answer[where]]


# Credentials


def test_a_paper_that_is_verified(program: Program, chain: Chain) -> None:
    status, answer = program.credential(chain.documents["transcript"])
    assert (status, answer["verified"]) == (200, True), answer.get("problemDetails")
    report = answer["report"]
    assert report["verdict"] in {"verified", "verified_with_remarks"}
    assert report["credential"]["id"] == chain.documents["transcript"]["id"]
    outcomes = {one["outcome"] for one in answer["warnings"]}
    assert outcomes <= {"warn", "unknown"}
    assert "errors" not in answer  # suites take any for a failure


@pytest.mark.parametrize("name", ["transcript", "memorandum", "agreement"])
def test_every_kind_of_paper(program: Program, chain: Chain, name: str) -> None:
    assert program.credential(chain.documents[name])[0] == 200


def test_a_remark_is_a_warning(program: Program, chain: Chain) -> None:
    """Somebody whom nobody here vouches for."""
    lonely = Program(program.port)
    service = Verifier(
        replace(chain.world.trust(), pinned={}, authorities={}, signed=()),
        Policy(),
        MemoryDoor(dict(chain.world.network)),
        lambda: NOW,
    )
    with start(verifier_app(WebSettings(operator="X"), service), "127.0.0.1", 0) as running:
        lonely = Program(running.port)
        status, answer = lonely.credential(chain.documents["transcript"])
    assert (status, answer["verified"]) == (200, True)
    assert "issuer_unrecognised" in codes(answer, "warnings")


def test_what_cannot_be_confirmed_is_not_verified(chain: Chain) -> None:
    service = Verifier(chain.world.trust(), Policy(), MemoryDoor({}), lambda: NOW)
    with start(verifier_app(WebSettings(operator="X"), service), "127.0.0.1", 0) as running:
        status, answer = Program(running.port).credential(chain.documents["transcript"])
    assert (status, answer["verified"]) == (400, False)
    assert answer["report"]["verdict"] == "unconfirmed"
    assert answer["problemDetails"]
    assert all(one["outcome"] == "unknown" for one in answer["problemDetails"])


def test_a_changed_paper(program: Program, chain: Chain) -> None:
    changed = {**chain.documents["transcript"], "contentLanguage": "fi"}
    status, answer = program.credential(changed)
    assert (status, answer["verified"], answer["status"]) == (400, False, 400)
    assert (answer["title"], answer["code"]) == ("The credential is not verified", "not_verified")
    (first, *_) = answer["problemDetails"]
    assert (first["code"], first["check"]) == ("signature_invalid", "signature")
    assert first["type"] == "https://www.w3.org/TR/vc-data-model#CRYPTOGRAPHIC_SECURITY_ERROR"
    assert answer["report"]["credential"] is None


NO_CREDENTIAL: dict[str, tuple[object, str]] = {
    "not JSON": (b"{", "not_json"),
    "nothing": (b"", "empty"),
    "a member twice": (b'{"verifiableCredential": {}, "verifiableCredential": 1}', "duplicate_key"),
    "a list": ([], "bad_body"),
    "an empty object": ({}, "bad_body"),
    "a credential by another name": ({"credential": {}}, "bad_body"),
    "a presentation": ({"verifiablePresentation": {}}, "bad_body"),
    "null": ({"verifiableCredential": None}, "bad_body"),
    "a number": ({"verifiableCredential": 4}, "bad_body"),
    "a list of them": ({"verifiableCredential": [{}]}, "bad_body"),
    "more than that": ({"verifiableCredential": {}, "more": 1}, "bad_body"),
    "an unknown option": ({"verifiableCredential": {}, "options": {"x": 1}}, "bad_body"),
    "options that are none": ({"verifiableCredential": {}, "options": "x"}, "bad_body"),
    "checks that are none": ({"verifiableCredential": {}, "options": {"checks": 1}}, "bad_body"),
    "an endless challenge": (
        {"verifiableCredential": {}, "options": {"challenge": "x" * 5000}},
        "bad_body",
    ),
    "no document": ({"verifiableCredential": {}}, "unknown_paper"),
    "a text": ({"verifiableCredential": "x"}, "not_json"),
    "half of a pair of surrogates": (b'{"verifiableCredential": "\\ud800"}', "bad_encoding"),
}


@pytest.mark.parametrize(("body", "code"), NO_CREDENTIAL.values(), ids=NO_CREDENTIAL)
def test_a_body_without_a_credential(program: Program, body: object, code: str) -> None:
    status, content_type, answer = program.send("/credentials/verify", body)
    assert (status, content_type, answer["verified"]) == (400, PROBLEM, False)
    assert codes(answer)[0] == code
    assert answer["problemDetails"][0]["type"].startswith("https://")


@pytest.mark.parametrize("path", ["/credentials/verify", "/presentations/verify"])
def test_other_kinds_of_bodies(program: Program, path: str) -> None:
    status, content_type, answer = program.send(path, b"{}", "text/plain")
    assert (status, content_type, answer["code"]) == (415, PROBLEM, "unsupported_media_type")
    assert program.send(path, b"{}", "application/ld+json")[0] == 400


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"expectedProofPurpose": "authentication"}, "wrong_purpose"),
        ({"challenge": "x"}, "wrong_challenge"),
        ({"domain": "https://x.example"}, "wrong_domain"),
    ],
    ids=str,
)
def test_a_proof_for_something_else(
    program: Program, chain: Chain, options: dict[str, str], code: str
) -> None:
    status, answer = program.credential(chain.documents["transcript"], **options)
    assert (status, codes(answer)) == (400, [code])


def test_the_proof_for_what_it_is(program: Program, chain: Chain) -> None:
    options = {"expectedProofPurpose": "assertionMethod", "checks": ["proof"], "challenge": None}
    assert program.credential(chain.documents["transcript"], **options)[0] == 200


def test_every_type_of_ours_is_of_a_finding_or_of_the_bodies() -> None:
    outside = {"bad_body", "wrong_challenge", "challenge_used", "wrong_domain", "wrong_purpose"}
    assert set(vc_api_answers._BY_CODE) - outside <= set(CATALOGUE)


# Presentations


DOMAIN = "https://employer.example"


def presented(holder: Party | None, *credentials: object, **members: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "@context": [BASE_CONTEXT],
        "type": ["VerifiablePresentation"],
        **({"holder": holder.did} if holder else {}),
        **({"verifiableCredential": list(credentials)} if credentials else {}),
    }
    return made | members


def signed(presentation: dict[str, Any], by: Party, **options: Any) -> dict[str, Any]:
    proof = create(
        presentation,
        private_key=by.key,
        verification_method=by.method,
        created=NOW,
        contexts=bundled().allowing(Allowances(embedded=True)),
        purpose=options.pop("purpose", "authentication"),
        **options,
    )
    return {**presentation, "proof": proof}


@pytest.fixture
def learner(chain: Chain) -> Party:
    return chain.world.learner("the holder")


def answering(learner: Party, chain: Chain, challenge: str) -> dict[str, Any]:
    shown = presented(learner, chain.documents["transcript"])
    return signed(shown, learner, challenge=challenge, domain=DOMAIN)


def test_a_holder_shows_a_transcript(program: Program, chain: Chain, learner: Party) -> None:
    shown = answering(learner, chain, "one")
    status, answer = program.presentation(shown, challenge="one", domain=DOMAIN)
    assert (status, answer["verified"]) == (200, True), answer.get("problemDetails")
    assert answer["report"]["holder"] == learner.did
    (credential,) = answer["report"]["credentials"]
    assert credential["credential"]["id"] == chain.documents["transcript"]["id"]
    assert all(one.get("credential", 0) == 0 for one in answer["warnings"])


def test_each_challenge_is_good_for_one_presentation(
    program: Program, chain: Chain, learner: Party
) -> None:
    shown = answering(learner, chain, "two")
    asked = {"challenge": "two", "domain": DOMAIN}
    assert program.presentation(shown, **asked)[0] == 200
    status, answer = program.presentation(shown, **asked)
    assert (status, answer["verified"], codes(answer)) == (400, False, ["challenge_used"])
    fresh = answering(learner, chain, "three")
    assert program.presentation(fresh, challenge="three", domain=DOMAIN)[0] == 200


def test_an_answer_that_does_not_hold_uses_nothing_up(
    program: Program, chain: Chain, learner: Party
) -> None:
    shown = answering(learner, chain, "four")
    spoiled = {**shown, "holder": "did:example:somebody"}
    asked = {"challenge": "four", "domain": DOMAIN}
    assert program.presentation(spoiled, **asked)[0] == 400
    assert program.presentation(shown, **asked)[0] == 200


def test_two_at_once_cannot_both_answer(program: Program, chain: Chain, learner: Party) -> None:
    shown = answering(learner, chain, "five")
    with ThreadPoolExecutor(8) as pool:
        asked = {"challenge": "five", "domain": DOMAIN}
        statuses = list(pool.map(lambda _: program.presentation(shown, **asked)[0], range(8)))
    assert sorted(statuses) == [200] + [400] * 7


Change = Callable[[Chain, Party], tuple[dict[str, Any], dict[str, Any]]]
ASKED = {"challenge": "asked", "domain": DOMAIN}


def _other(chain: Chain, learner: Party) -> dict[str, Any]:
    changed = {**chain.documents["transcript"], "contentLanguage": "fi"}
    return signed(presented(learner, changed), learner, **ASKED)


NOT_VERIFIED: dict[str, tuple[Change, str]] = {
    "another challenge": (
        lambda chain, learner: (answering(learner, chain, "other"), ASKED),
        "presentation_challenge",
    ),
    "another domain": (
        lambda chain, learner: (
            answering(learner, chain, "asked"),
            {**ASKED, "domain": "https://other.example"},
        ),
        "presentation_domain",
    ),
    "no challenge where one is asked for": (
        lambda chain, learner: (signed(presented(learner), learner), ASKED),
        "presentation_challenge",
    ),
    "unsigned where something is asked for": (
        lambda chain, learner: (presented(learner, chain.documents["transcript"]), ASKED),
        "unsigned",
    ),
    "for another purpose": (
        lambda chain, learner: (
            signed(presented(learner), learner, purpose="assertionMethod", **ASKED),
            ASKED,
        ),
        "",
    ),
    "signed by another than its holder": (
        lambda chain, learner: (
            signed(presented(learner), chain.world.learner("a thief"), **ASKED),
            ASKED,
        ),
        "signers_missing",
    ),
    "a credential in it that was changed": (
        lambda chain, learner: (_other(chain, learner), ASKED),
        "signature_invalid",
    ),
    "more put into it": (
        lambda chain, learner: (
            {
                **signed(presented(learner), learner, **ASKED),
                "verifiableCredential": [chain.documents["transcript"]],
            },
            ASKED,
        ),
        "signature_invalid",
    ),
    "no presentation": (
        lambda chain, learner: (chain.documents["transcript"], {}),
        "no_presentation",
    ),
    "an address for a credential": (
        lambda chain, learner: (presented(None, "https://x.example/1"), {}),
        "wrong_shape",
    ),
    "the purpose of a credential": (
        lambda chain, learner: (
            answering(learner, chain, "asked"),
            {**ASKED, "expectedProofPurpose": "assertionMethod"},
        ),
        "wrong_purpose",
    ),
}


@pytest.mark.parametrize(("made", "code"), NOT_VERIFIED.values(), ids=NOT_VERIFIED)
def test_presentations_that_are_not_verified(
    program: Program, chain: Chain, learner: Party, made: Change, code: str
) -> None:
    presentation, options = made(chain, learner)
    status, answer = program.presentation(presentation, **options)
    assert (status, answer["verified"]) == (400, False)
    assert codes(answer)
    if code:
        assert code in codes(answer), answer["problemDetails"]


def test_which_credential_failed_is_said(program: Program, chain: Chain, learner: Party) -> None:
    good = chain.documents["memorandum"]
    bad = {**chain.documents["transcript"], "contentLanguage": "fi"}
    status, answer = program.presentation(presented(learner, good, bad))
    assert status == 400
    assert {one["credential"] for one in answer["problemDetails"]} == {1}


def test_an_unsigned_presentation_hands_its_credentials_over(
    program: Program, chain: Chain
) -> None:
    status, answer = program.presentation(presented(None, chain.documents["transcript"]))
    assert (status, answer["verified"]) == (200, True)
    assert answer["report"]["holder"] is None
    assert "presentation_unsigned" in codes(answer, "warnings")


@pytest.mark.parametrize(
    "body", [{}, {"verifiableCredential": {}}, [], {"verifiablePresentation": 1}]
)
def test_a_body_without_a_presentation(program: Program, body: object) -> None:
    status, content_type, answer = program.send("/presentations/verify", body)
    assert (status, content_type, answer["verified"]) == (400, PROBLEM, False)
    assert codes(answer) == ["bad_body"]


# The memory of challenges


def test_the_memory_is_bounded_in_number_and_time() -> None:
    seconds = [0.0]
    challenges = Challenges(ChallengeLimits(remembered=3, kept=60), clock=lambda: seconds[0])

    def use(name: str) -> bool:
        with challenges.claim(name) as claim:
            claim.answered = True
            return claim.fresh

    assert [use(name) for name in "abca"] == [True, True, True, False]
    assert use("d")  # and with it the oldest is forgotten
    assert [use(name) for name in "dcb"] == [False, False, False]
    seconds[0] = 61
    assert use("d")


def test_a_failure_while_it_is_looked_at_gives_the_challenge_back() -> None:
    challenges = Challenges()
    with pytest.raises(ZeroDivisionError), challenges.claim("x"):
        raise ZeroDivisionError
    with challenges.claim("x") as claim:
        assert claim.fresh


# Whatever is sent


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    "@context",
                    "@graph",
                    "challenge",
                    "credentialSubject",
                    "holder",
                    "id",
                    "issuer",
                    "options",
                    "proof",
                    "proofPurpose",
                    "proofValue",
                    "type",
                    "verifiableCredential",
                    "verifiablePresentation",
                )
            )
            | st.text(max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(member=st.sampled_from(["verifiableCredential", "verifiablePresentation"]), value=JSON)
def test_no_body_is_answered_by_anything_else(member: str, value: object) -> None:
    kind = member.removeprefix("verifiable").lower() + "s"
    answer = CLIENT.post(f"/{kind}/verify", json={member: value})
    assert answer.status_code == 400
    assert answer.json["verified"] is False
    assert answer.json["problemDetails"]


def places(value: object, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The place of every part of a document below its top."""
    parts = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[arg-type]
    for name, part in parts:
        yield (*place, name)
        if isinstance(part, dict | list):
            yield from places(part, (*place, name))


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_no_part_of_a_paper_replaced_by_another_is_verified(data: st.DataObject) -> None:
    paper = json.loads(json.dumps(PAPER))
    *outer, name = data.draw(st.sampled_from(list(places(paper))))
    node = functools.reduce(operator.getitem, outer, paper)
    node[name] = data.draw(JSON.filter(lambda value: value != node[name]))
    answer = CLIENT.post("/credentials/verify", json={"verifiableCredential": paper})
    assert (answer.status_code, answer.json["verified"]) == (400, False)


def _standing() -> tuple[Any, dict[str, Any]]:
    chain = Builder().build()
    door = MemoryDoor(dict(chain.world.network))
    service = Verifier(chain.world.trust(), Policy(), door, lambda: NOW)
    app = verifier_app(WebSettings(operator="X"), service)
    return app.test_client(), chain.documents["transcript"]


CLIENT, PAPER = _standing()
