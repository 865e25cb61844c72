"""What a partner's program delivers: with a token, strictly, bounded, and verified."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from issuer.access import Tokens
from issuer.store import Received
from issuer.web.deliveries import MAX_DELIVERY
from tests.issuer.homes import count
from tests.issuer.inbox.conftest import SCHOOL, School, changed


def bearer(school: School, *scopes: str) -> dict[str, str]:
    at = school.service.clock()
    secret, _ = Tokens(school.home.store).issue_token(
        SCHOOL,
        scopes=scopes,
        expires=at + timedelta(days=1),
        label="the host's system",
        at=at,
        random=secrets.token_bytes,
    )
    return {"Authorization": f"Bearer {secret}"}


def deliver(school: School, body: Any, *scopes: str, **more: Any) -> TestResponse:
    headers = bearer(school, *(scopes or ("deliver",)))
    return school.service.app.test_client().post("/deliveries", json=body, headers=headers, **more)


def whole(school: School) -> dict[str, Any]:
    papers = [school.paper(name).decode() for name in ("transcript", "agreement")]
    return {"transcript": papers[0], "together": papers[1:]}


def test_it_lies_in_the_inbox_in_its_exact_bytes(school: School) -> None:
    answer = deliver(school, whole(school))
    assert answer.status_code == 202, answer.text
    assert answer.json is not None
    assert answer.json["verdict"].startswith("verified")
    coby = school.preparer()
    assert "from a partner’s program" in coby.get("/inbox").text
    path = f"/inbox/{answer.json['delivery']}"
    assert "agreed, 15 points" in coby.get(path).text
    assert coby.get(f"{path}/transcript.json").data == school.paper("transcript")


def test_delivered_twice_it_lies_there_once(school: School) -> None:
    first, again = (deliver(school, whole(school)).json for _ in range(2))
    assert first is not None
    assert again == {**first, "again": True}
    assert count(school.home, Received) == 1


def test_the_token_needs_the_scope(school: School) -> None:
    answer = deliver(school, whole(school), "issue", "status")
    assert answer.status_code == 403
    assert answer.json is not None
    assert answer.json["code"] == "token_too_narrow"
    assert school.service.app.test_client().post("/deliveries", json={}).status_code == 401
    assert count(school.home, Received) == 0


BODIES: dict[str, tuple[Any, int, str]] = {
    "a list": ([], 400, "bad_body"),
    "no transcript": ({"together": []}, 400, "bad_body"),
    "an object": ({"transcript": {}}, 400, "bad_body"),
    "an empty text": ({"transcript": ""}, 400, "bad_body"),
    "half a character": ({"transcript": "\ud800"}, 400, "bad_encoding"),
    "more than is known": ({"transcript": "{}", "note": "x"}, 400, "bad_body"),
    "too much together": ({"transcript": "{}", "together": ["{}"] * 11}, 400, "bad_body"),
    "no paper": ({"transcript": "{}"}, 422, "no_transcript"),
    "a link, which nobody follows": (
        {"transcript": "https://verifier.example/#https://issuer.example/s/1"},
        422,
        "not_verified",
    ),
}


@pytest.mark.parametrize(("body", "status", "code"), BODIES.values(), ids=BODIES)
def test_what_is_not_as_it_must_be_is_refused(
    school: School, body: Any, status: int, code: str
) -> None:
    answer = deliver(school, body)
    assert answer.json is not None
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.text
    assert count(school.home, Received) == 0


def test_what_does_not_verify_is_refused_with_the_reason(school: School) -> None:
    answer = deliver(school, {"transcript": changed(school.paper("transcript")).decode()})
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["code"] == "not_verified"
    assert "van den Berg" not in answer.text
    assert count(school.home, Received) == 0


def test_a_body_too_large_is_not_read(school: School) -> None:
    answer = school.service.app.test_client().post(
        "/deliveries", data=b"x" * (MAX_DELIVERY + 1), headers=bearer(school, "deliver")
    )
    assert answer.status_code == 413
