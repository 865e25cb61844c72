"""`ecvet revoke`, `suspend`, `reinstate`, `supersede`, `discard`, `status`, as they are typed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from issuer.store import Document, StatusPlace
from tests.issuer.desk import Desk, misused, refused
from tests.issuer.homes import BASE, CANARY, SLUG, count, draft, opened
from tests.issuer.lists import PURPOSES, bits_set, place_of, token_of

REASON = ("--reason", "Xyzzy: entered twice.")


@pytest.fixture
def signed(desk: Desk) -> Path:
    desk.run("issue", desk.file("draft.json", draft()), "--as", SLUG, "-o", "signed.json")
    return desk.folder / "signed.json"


def address_of(file: Path) -> str:
    address: str = json.loads(file.read_bytes())["id"]
    return address


def said(desk: Desk, *words: str | Path) -> tuple[str, str]:
    told = desk.run(*words)
    assert told.exit_code == 0, told.output
    return told.stdout, told.stderr


def states(desk: Desk) -> dict[str, bool]:
    with opened(desk.home) as home:
        return {purpose: bool(bits_set(home, purpose)) for purpose in PURPOSES}


@pytest.mark.parametrize("named", ["file", "address", "token"])
def test_a_paper_is_named_in_three_ways(desk: Desk, signed: Path, named: str) -> None:
    address = address_of(signed)
    name = {"file": str(signed), "address": address, "token": token_of(address)}[named]
    assert said(desk, "suspend", name, *REASON) == (f"{address}\n", "Suspended.\n")
    assert states(desk) == {"revocation": False, "suspension": True, "message": False}


def test_suspended_reinstated_revoked_and_what_is_shown(desk: Desk, signed: Path) -> None:
    assert "Personal transcript by omnia: stands\n" in said(desk, "status", "show", signed)[0]
    told = [
        said(desk, act, signed, *REASON)[1]
        for act in ("reinstate", "suspend", "suspend", "reinstate", "revoke", "revoke")
    ]
    assert [re.sub(r"\d{4}-\d\d-\d\d", "DAY", line) for line in told] == [
        "It was not suspended; nothing was changed.\n",
        "Suspended.\n",
        "It was suspended already, since DAY; nothing was changed.\n",
        "Reinstated: it stands again.\n",
        "Withdrawn, for ever.\n",
        "It was withdrawn already, since DAY; nothing was changed.\n",
    ]
    for act in ("suspend", "reinstate"):
        line = refused(desk.run(act, signed, *REASON), "withdrawn_for_ever")
        assert "issue a new paper instead" in line
    shown = said(desk, "status", "show", signed)[0].splitlines()
    assert shown[0] == address_of(signed)
    assert re.fullmatch(r"Personal transcript by omnia: withdrawn since \d{4}-\d\d-\d\d", shown[1])
    assert shown[2] == f"place {place_of(signed.read_bytes())} in"
    assert shown[3:6] == [f"  {BASE}/status/omnia-1-{purpose}" for purpose in PURPOSES]
    acts = [re.fullmatch(r"\S+Z (\w+): Xyzzy: entered twice\.", line) for line in shown[6:]]
    assert [found and found[1] for found in acts] == ["suspended", "reinstated", "revoked"]


@pytest.mark.parametrize("act", ["revoke", "suspend", "reinstate"])
def test_without_a_reason_nothing_is_done(desk: Desk, signed: Path, act: str) -> None:
    assert "--reason" in misused(desk.run(act, signed))
    assert states(desk) == dict.fromkeys(PURPOSES, False)


@pytest.mark.parametrize("act", ["revoke", "suspend", "reinstate", "discard"])
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("0" * 32, "unknown_document"),
        ("nonsense", "unknown_document"),
        ("https://other.example/credentials/" + "0" * 32, "unknown_document"),
        (f"{BASE}/credentials/../" + "0" * 32, "unknown_document"),
        ("draft.json", "unknown_document"),
        ("no.json", "not_a_paper"),
    ],
)
def test_what_names_no_paper_here_is_one_sentence(
    desk: Desk, signed: Path, act: str, name: str, code: str
) -> None:
    desk.file("no.json", b"no json")
    line = refused(desk.run(act, name, *(() if act == "discard" else REASON)), code)
    assert CANARY not in line


def test_a_wrong_passphrase_changes_nothing(desk: Desk, signed: Path) -> None:
    refused(desk.run("revoke", signed, *REASON, passphrase="guess"), "wrong_passphrase")
    assert states(desk) == dict.fromkeys(PURPOSES, False)


def test_a_paper_is_superseded_by_the_corrected_one(desk: Desk, signed: Path) -> None:
    corrected = desk.file("corrected.json", draft("Corrected"))
    words = ("supersede", signed, corrected, *REASON, "-o", "new.json", "--qr", "new.png")
    stdout, stderr = said(desk, *words)
    new = desk.folder / "new.json"
    assert stdout.splitlines()[0] == address_of(new) != address_of(signed)
    assert f"/#{address_of(new)}~" in stdout.splitlines()[1]
    assert stderr == "Issued.\nThe old paper is superseded.\n"
    assert (desk.folder / "new.png").stat().st_size > 100
    assert states(desk) == {"revocation": True, "suspension": False, "message": True}
    again, stderr = said(desk, *words)
    assert again == stdout
    assert stderr.startswith("Issued before; this is it again.\nThe old paper was superseded alr")
    other = desk.file("other.json", draft("Other"))
    line = refused(desk.run("supersede", signed, other, *REASON), "superseded_already")
    assert token_of(address_of(new)) in line
    assert ": superseded since " in said(desk, "status", "show", signed)[0]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"no json", "not_json"),
        ({"type": "TrustList"}, "other_kind"),
        (draft() | {"extra": "1"}, "not_issuable"),
    ],
    ids=["no draft", "another kind", "an unknown member"],
)
def test_a_correction_that_cannot_be_is_one_sentence(
    desk: Desk, signed: Path, content: object, code: str
) -> None:
    file = desk.file("corrected.json", content)
    assert CANARY not in refused(desk.run("supersede", signed, file, *REASON), code)
    assert states(desk) == dict.fromkeys(PURPOSES, False)


def test_a_correction_is_asked_for_rightly(desk: Desk, signed: Path) -> None:
    listed = desk.file("list.json", [])
    misused(desk.run("supersede", signed, listed, *REASON))
    misused(desk.run("supersede", signed, signed, *REASON, "--qr", "code.gif"))
    misused(desk.run("supersede", signed, signed))
    assert states(desk) == dict.fromkeys(PURPOSES, False)


def files(desk: Desk) -> list[Path]:
    return [path for path in desk.home.rglob("*") if path.is_file()]


def test_a_refused_draft_is_discarded_by_the_name_in_the_refusal(desk: Desk) -> None:
    file = desk.file("draft.json", draft() | {"validUntil": "2020-01-01T00:00:00Z"})
    line = refused(desk.run("issue", file, "--as", SLUG), "would_not_verify")
    (token,) = re.findall(r"`ecvet discard ([0-9a-f]{32})`", line)
    assert "not published (stored)" in said(desk, "status", "show", token)[0]
    assert any(CANARY.encode() in path.read_bytes() for path in files(desk))
    refused(desk.run("revoke", token, *REASON), "not_published")
    assert said(desk, "discard", token) == ("Erased.\n", "")
    assert not any(CANARY.encode() in path.read_bytes() for path in files(desk))
    with opened(desk.home) as home:
        assert (count(home, Document), count(home, StatusPlace)) == (0, 1)
    refused(desk.run("discard", token), "unknown_document")


def test_what_is_published_is_not_discarded(desk: Desk, signed: Path) -> None:
    assert "ecvet revoke" in refused(desk.run("discard", signed), "published_already")


def test_all_lists_are_published_by_a_timer(desk: Desk, signed: Path) -> None:
    names = [f"omnia-1-{purpose}" for purpose in sorted(PURPOSES)]
    assert said(desk, "status", "publish")[0].splitlines() == names
    assert said(desk, "status", "publish", "--as", SLUG)[0].splitlines() == names
    refused(desk.run("status", "publish", "--as", "nobody"), "unknown_institution")
