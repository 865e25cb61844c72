"""Finding papers, changing how they stand, erasing a person, taking everything along."""

from __future__ import annotations

import io
import json
import logging
import secrets
import zipfile

import pytest

from issuer.accounts import Role
from issuer.errors import IssuerError
from issuer.four_eyes import alone
from issuer.home import Home
from issuer.paper_index import PaperIndex
from issuer.status.standing import Standings
from issuer.store import AuditEntry, Document, DocumentState, PaperEntry, StatusPlace
from tests.issuer import homes
from tests.issuer.homes import CANARY, SLUG, issuing, now
from tests.issuer.web_desk.driver import Browser, Service, fields
from tests.issuer.web_desk.papers import handed_over, sign, signed, written

BIRTH = "2005-03-04"


@pytest.fixture
def petra(service: Service) -> Browser:
    return service.signed_in("petra", Role.PREPARER)


@pytest.fixture
def sini(service: Service) -> Browser:
    return service.signed_in("sini", Role.SIGNATORY)


@pytest.fixture
def adam(service: Service) -> Browser:
    return service.signed_in("adam", Role.ADMINISTRATOR)


def issue(home: Home, surnames: str) -> str:
    issued = issuing(home, approval=alone(SLUG, "token test")).issue(
        homes.draft(surnames), institution=SLUG
    )
    return issued.address.rpartition("/")[2]


def titles(home: Home, **asked: str) -> set[str]:
    found, _ = PaperIndex(home.store).find(SLUG, **asked)  # type: ignore[arg-type]
    return {one.title.removeprefix("Maria ") for one in found}


def test_papers_are_found_by_what_they_say_and_how_they_stand(home: Home, petra: Browser) -> None:
    tokens = {name: issue(home, name) for name in ("Virtanen", "Järvinen", "O'Neill 100%")}
    standings = Standings(home, clock=now)
    standings.suspend(tokens["Virtanen"], reason="a doubt")
    standings.revoke(tokens["Järvinen"], reason="a mistake")
    cases: list[tuple[dict[str, str], set[str]]] = [
        ({}, set(tokens)),
        ({"words": "järv"}, {"Järvinen"}),
        ({"words": "maria VIRT"}, {"Virtanen"}),
        ({"words": "100%"}, {"O'Neill 100%"}),
        ({"words": "%"}, {"O'Neill 100%"}),
        ({"standing": "good"}, {"O'Neill 100%"}),
        ({"standing": "suspended"}, {"Virtanen"}),
        ({"standing": "withdrawn"}, {"Järvinen"}),
        ({"standing": "superseded"}, set()),
        ({"kind": "ExpertCertificate"}, set()),
        ({"cohort": "0" * 32}, set()),
    ]
    for asked, expected in cases:
        assert titles(home, **asked) == expected, asked
    page = petra.post("/papers", {"q": "virt", "standing": "suspended"}).text
    assert "Virtanen" in page and "Järvinen" not in page
    # A name that is searched for stands in no address, and so in nobody's log.
    assert petra.get("/papers?q=virt").status_code == 400
    assert petra.get("/drafts/new?q=virt").status_code == 400
    begun = petra.post("/drafts/new", {"begin": "find", "q": "virt"}).text
    assert "Virtanen" in begun and "Järvinen" not in begun
    assert "No paper fits" in petra.get("/papers?since=2026-11-25").text
    assert "3 papers" in petra.get("/papers?since=2026-11-24&until=2026-11-24").text


def test_papers_of_an_older_home_are_entered(home: Home) -> None:
    issue(home, "Virtanen")
    with home.store.write() as session:
        session.query(PaperEntry).delete()
    assert titles(home) == set()
    assert PaperIndex(home.store).fill() == 1
    assert titles(home) == {"Virtanen"}


def test_a_paper_is_set_aside_and_withdrawn_with_reasons(petra: Browser, sini: Browser) -> None:
    token = signed(petra, sini)
    path = f"/papers/{token}/standing"
    assert sini.post(path, {"act": "suspend", "reason": " "}).status_code == 422
    assert sini.post(path, {"act": "explode", "reason": "x"}).status_code == 422
    for act, said in (
        ("suspend", "set aside"),
        ("reinstate", "good again"),
        ("revoke", "withdrawn"),
    ):
        assert sini.post(path, {"act": act, "reason": f"because of {act}"}).status_code == 303
        page = sini.get(f"/papers/{token}").text
        assert said in page and f"because of {act}" in page
    assert sini.post(path, {"act": "suspend", "reason": "again"}).status_code == 422
    assert "Sini Test" in page  # who did it stands in its history


def test_a_corrected_paper_replaces_the_old_one(home: Home, petra: Browser, sini: Browser) -> None:
    token = signed(petra, sini)
    path = str(petra.post(f"/papers/{token}/correct").location).removeprefix("/desk")
    form = fields(petra.get(path).text)
    petra.post(path, {**form, "first_names": "Marja", "act": "preview"})
    petra.post(f"{path}/hand-over", {"reason": ""})
    assert petra.get(f"{path}/preview").text.count("Hand it over") == 1
    petra.post(f"{path}/hand-over", {"reason": "misspelt"})
    answer = sign(sini, path.rpartition("/")[2])
    new = str(answer.location).rpartition("/")[2]
    assert titles(home, standing="superseded") == {CANARY}
    published = home.records.published(new)
    assert published is not None
    said = json.loads(published.body)["credentialSubject"]
    assert said["supersedes"]["id"].endswith(token) and said["firstNames"] == "Marja"


def test_a_paper_is_verified_again(petra: Browser, sini: Browser) -> None:
    token = signed(petra, sini)
    page = petra.post(f"/papers/{token}/verified").text
    assert "By our own verifier" in page and "Verified" in page


def test_papers_of_another_institution_are_not_there(
    home: Home, service: Service, petra: Browser, sini: Browser
) -> None:
    home.add_institution(
        "other", legal_name="Other", country="FI", at=now(), random=secrets.token_bytes
    )
    stranger = service.signed_in("stranger", *Role, institution="other")
    token = signed(petra, sini)
    for path in (f"/papers/{token}", f"/papers/{token}/document.pdf", f"/papers/{token}/erase"):
        assert stranger.get(path).status_code == 404
    acts = {"standing": {"act": "revoke", "reason": "x"}, "erase": {"sure": "1"}, "correct": {}}
    for act, form in acts.items():
        assert stranger.post(f"/papers/{token}/{act}", form).status_code == 404
    assert CANARY not in stranger.get("/papers").text


def everything(home: Home) -> bytes:
    """All bytes of the database's files."""
    file = home.store.file
    assert file is not None
    return b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))


def test_an_erased_person_is_nowhere_and_the_status_still_answers(
    home: Home, petra: Browser, sini: Browser, adam: Browser, service: Service
) -> None:
    token = signed(petra, sini)
    correction = str(petra.post(f"/papers/{token}/correct").location).removeprefix("/desk")
    petra.post(correction, {**fields(petra.get(correction).text), "act": "keep"})
    sini.post(f"/papers/{token}/standing", {"act": "revoke", "reason": f"{CANARY} asked"})
    assert CANARY.encode() in everything(home)
    lists = homes.published_lists(home)
    assert adam.post(f"/papers/{token}/erase").status_code == 422
    assert adam.post(f"/papers/{token}/erase", {"sure": "1"}).status_code == 303
    kept = everything(home)
    assert CANARY.encode() not in kept and BIRTH.encode() not in kept
    assert homes.published_lists(home) == lists
    with home.store.read() as session:
        (place,) = session.query(StatusPlace).all()
        assert place.document is None and place.revoked_at is not None
        assert session.get_one(Document, token).state is DocumentState.ERASED
    assert service.app.test_client().get(f"/credentials/{token}").status_code == 404
    assert sini.get(f"/papers/{token}").status_code == 404
    assert adam.post(f"/papers/{token}/erase", {"sure": "1"}).status_code == 404


def test_an_erased_paper_is_not_issued_again(home: Home, adam: Browser) -> None:
    maker = issuing(home, approval=alone(SLUG, "token test"))
    token = maker.issue(homes.draft(), institution=SLUG, key="row 1").address.rpartition("/")[2]
    adam.post(f"/papers/{token}/erase", {"sure": "1"})
    with pytest.raises(IssuerError) as caught:
        maker.issue(homes.draft(), institution=SLUG, key="row 1")
    assert caught.value.code == "erased"
    assert maker.resume() == []


def test_everything_can_be_taken_along(
    home: Home, petra: Browser, sini: Browser, adam: Browser
) -> None:
    tokens = {signed(petra, sini, homes.draft(name)) for name in ("=SUM(A1)", "Virtanen")}
    answer = adam.post("/export")
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    names = set(archive.namelist())
    assert {f"papers/{token}.json" for token in tokens} < names
    assert {"did.json", "keys.json", "papers.csv", "audit.jsonl"} < names
    for token in tokens:
        published = home.records.published(token)
        assert published is not None
        assert archive.read(f"papers/{token}.json") == published.body
    assert "Virtanen" not in archive.read("audit.jsonl").decode()
    assert archive.read("status/omnia-1-revocation.json").startswith(b"{")


def test_no_name_reaches_a_log_an_address_a_metric_or_an_error(
    service: Service,
    petra: Browser,
    sini: Browser,
    adam: Browser,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []
    for browser in (petra, sini, adam):
        opened = browser.client.open

        def noted(*args: object, _open: object = opened, **more: object) -> object:
            answer = _open(*args, **more)  # type: ignore[operator]
            seen.append(f"{answer.location} {answer.request.full_path}")
            if answer.status_code >= 400 and answer.status_code != 422:
                seen.append(answer.text)
            return answer

        browser.client.open = noted  # type: ignore[method-assign, assignment]
    token = signed(petra, sini)
    path = written(petra)
    proposal = handed_over(petra)
    petra.post(path, {"unknown": CANARY})
    petra.post(f"/drafts/{proposal}", {"first_names": CANARY, "act": "keep"})
    sini.post(f"/papers/{token}/standing", {"act": "suspend", "reason": "a doubt"})
    sini.get(f"/papers/{token}")
    petra.post("/drafts/new", {"begin": "json", "text": f'{{"{CANARY}": 1'})
    adam.get(f"/people/{CANARY.lower()}")
    adam.post("/export")
    adam.post(f"/papers/{token}/erase", {"sure": "1"})
    metrics = service.app.test_client().get("/metrics").text
    said = capfd.readouterr()
    outside = "\n".join([*seen, metrics, caplog.text, said.out, said.err])
    assert CANARY not in outside and BIRTH not in outside


def test_the_audit_names_nobody(home: Home, petra: Browser, sini: Browser) -> None:
    signed(petra, sini)
    with home.store.read() as session:
        entries = session.query(AuditEntry).all()
    told = " ".join(f"{one.actor} {one.action} {one.subject}" for one in entries)
    assert "paper handed over" in told and "paper approved" in told
    for name in (CANARY, "Petra", "petra", "Sini", "sini"):
        assert name not in told
