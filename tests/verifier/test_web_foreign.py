"""A credential of another system on the page and on the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from issuer.cli import main
from keys.proofs import create
from tests.foreign_credentials import PRESENTED, document, new_world, self_made
from tests.verifier.pages import HOSTILE, Page, checked, draws_elsewhere
from tests.world import NOW, World, encoded
from verifier.report import Report
from verifier.trust import write_copies
from verifier.web.foreign_view import foreign_view


def report_on(written: dict[str, Any], *, by: str = "uni", world: World | None = None) -> Report:
    world = world or new_world()
    return world.verify(encoded(world.sign(written, by)))


def page_of(report: Report) -> Page:
    return Page(checked(report))


def test_a_badge_is_shown_by_what_it_says() -> None:
    text = page_of(report_on(document("badge"))).text
    for words in (
        "This Open Badge is genuine: signed by Example University",
        "uni.example",
        "Valid from 1 January 2026",
        "Open badge credential",
        "Welding, first level",
        "Joins steel with a metal active gas welder.",
        "Three test pieces, assessed by two welders.",
        "Achievement type Certificate",
        "Activity start date",
        "was not checked",
        "Nothing in it proves that whoever shows it is the one whom it is about.",
    ):
        assert words in text, words


def test_every_credential_of_these_tests_is_shown() -> None:
    text = page_of(report_on(document("degree"))).text
    assert "A degree" in text
    assert "Tutkinto" in text, "also what it is called in other languages"
    assert "Somebody without an id" in text
    text = page_of(report_on(document("older"))).text
    assert "Verifiable Credentials 1.1" in text
    world = new_world()
    text = page_of(report_on(self_made(world), by="maria", world=world)).text
    assert "The issuer is only a key" in text


def test_what_is_not_verified_is_not_shown() -> None:
    made = new_world().sign(document("badge"), "uni")
    text = page_of(new_world().verify(encoded({**made, "name": "Diving"}))).text
    assert "Diving" not in text
    assert "Welding" not in text


def test_a_credential_that_failed_after_its_signature_is_shown_with_a_warning() -> None:
    text = page_of(report_on({**document("badge"), "validUntil": "2026-02-01T00:00:00Z"})).text
    assert "Do not rely on this Open Badge." in text
    assert "Because of what is said above, do not rely on it." in text
    assert "Welding" in text


def _filled(value: Any, words: str) -> Any:
    """The same credential with the words in every free text."""
    free = {"name", "description", "narrative", "achievementType", "tag"}
    if isinstance(value, dict):
        return {
            key: words if key in free and isinstance(item, str) else _filled(item, words)
            for key, item in value.items()
        }
    return [_filled(item, words) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_stay_words(words: str) -> None:
    plain = page_of(report_on(document("badge")))
    hostile = page_of(report_on(_filled(document("badge"), words)))
    # Where all is called the same, an achievement's name is not said twice.
    assert {tag for tag, _ in hostile.elements} <= {tag for tag, _ in plain.elements}
    assert len(hostile.elements) <= len(plain.elements)
    assert not any(draws_elsewhere(character) for character in hostile.text)
    assert "49" not in hostile.text


def test_addresses_are_no_links_and_pictures_are_not_drawn() -> None:
    badge = document("badge")
    badge["credentialSubject"]["achievement"]["image"] = {
        "id": "data:image/png;base64," + "A" * 5000,
        "type": "Image",
    }
    badge["issuer"]["url"] = "javascript:alert(1)"
    page = page_of(report_on(badge))
    assert "image/png in the credential itself" in page.text
    assert "AAAA" not in page.text
    assert "javascript:alert(1)" in page.text
    assert not any(tag == "img" for tag, _ in page.elements)


def test_credentials_within_it_are_shown_as_its_issuer_has_them() -> None:
    world = new_world()
    badge = document("badge")
    endorsement = {
        "@context": badge["@context"],
        "id": "https://maria.example/endorsements/1",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "An endorsement",
        "issuer": {"id": "did:web:maria.example", "type": ["Profile"]},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "https://uni.example/",
            "type": ["EndorsementSubject"],
            "endorsementComment": "They know how to weld.",
        },
    }
    badge["credentialSubject"]["achievement"]["endorsement"] = [endorsement]
    uni = world.parties["uni"]
    proof = create(
        badge,
        private_key=uni.key,
        verification_method=uni.method,
        created=NOW,
        contexts=PRESENTED,
    )
    text = page_of(world.verify(encoded({**badge, "proof": proof}))).text
    assert "They know how to weld." in text
    assert "their own signatures were not checked" in text
    assert "their own signatures" not in page_of(report_on(document("badge"))).text
    endorsement["@context"] = [*badge["@context"], "https://evil.example/context"]
    report = world.verify(encoded({**badge, "proof": proof}))
    assert report.check("terms").code == "unsupported_context"


def test_what_is_too_much_is_cut_and_counted() -> None:
    world = new_world()
    many = [{"name": f"Person {number}"} for number in range(500)]
    report = report_on({**self_made(world), "credentialSubject": many}, by="maria", world=world)
    text = page_of(report).text
    assert "more stand in the document itself" in text
    assert len(text) < 60_000


def test_nothing_but_verified_content_makes_a_view() -> None:
    with pytest.raises(TypeError):
        foreign_view(object())  # type: ignore[arg-type]


def test_the_command_tells_what_it_is(tmp_path: Path) -> None:
    world = new_world()
    hostile = {**document("badge"), "name": "Welding\x1b[31m\u202efirst"}
    (tmp_path / "badge.json").write_bytes(encoded(world.sign(hostile, "uni")))
    record = "https://uni.example/.well-known/did.json"
    body = world.network[record]
    assert isinstance(body, bytes)
    write_copies(tmp_path / "trust", [(record, body)], at=NOW, ttl=60)
    arguments = ["verify", "--offline", "--trust", str(tmp_path / "trust")]
    result = CliRunner().invoke(main, [*arguments, str(tmp_path / "badge.json")])
    assert result.exit_code == 0, result.output
    assert "Open badge credential: Welding[31mfirst" in result.output
    assert "from Example University (uni.example)" in result.output
    assert "achieved Welding" in result.output
    result = CliRunner().invoke(main, [*arguments, "--json", str(tmp_path / "badge.json")])
    report = json.loads(result.output)
    assert report["credential"]["credentialSubject"]["achievement"]["name"] == "Welding"
    assert report["chain"] == []
