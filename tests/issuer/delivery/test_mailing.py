"""Links by e-mail: one message a learner, a result a row, and going on after a fault."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from issuer.cohort import open_sheet
from issuer.delivery.claims import Claims
from issuer.delivery.mail import Post
from issuer.delivery.mail_texts import mail_text
from issuer.delivery.mailing import Mailing, Sent
from issuer.delivery.pdf_words import LANGUAGES
from issuer.delivery.recipients import Recipient, recipients_in
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.settings import MailSettings
from tests.issuer.delivery.post_office import PostOffice, opened
from tests.issuer.homes import BASE, SLUG, draft, issuing
from tests.issuer.web_desk.driver import Clock

LINK = re.compile(rf"{BASE}/claim/([\w-]{{43}})")
Send = Callable[..., list[Sent]]


def issued(home: Home, surnames: str, language: str = "en") -> str:
    asked = {**draft(surnames), "contentLanguage": language}
    return issuing(home).issue(asked, institution=SLUG).address.rpartition("/")[2]


def send(
    home: Home, clock: Clock, office: PostOffice, *given: tuple[str, str], **more: Any
) -> list[Sent]:
    mail = MailSettings(host="127.0.0.1", port=office.port, sender="s@example.org", security="none")
    with Post(mail, sender_name="Omnia", password=None, random=secrets.token_bytes) as post:
        mailing = Mailing(home, SLUG, post, by="test", clock=clock, random=secrets.token_bytes)
        return list(mailing.send([Recipient(*one) for one in given], **more))


def test_each_learner_gets_one_message_with_links_that_open_the_papers(
    home: Home, clock: Clock, claims: Claims
) -> None:
    first, second, third = (issued(home, name) for name in ("One", "Two", "Three"))
    with opened(PostOffice()) as office:
        given = [
            (first, "one@example.org"),
            (third, "three@example.org"),
            (second, "ONE@example.org"),
        ]
        results = send(home, clock, office, *given)
    assert [one.state for one in results] == ["sent"] * 3
    assert office.to() == ["one@example.org", "three@example.org"]
    opens = [claims.find(secret).document.id for secret in LINK.findall(office.text(0))]
    assert opens == [first, second]
    assert "Dear Maria One" in office.text(0)
    assert "Your paper does not end with them" in office.text(0)
    assert "23 May 2027" in office.text(0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_written_in_the_language_of_the_paper(
    home: Home, clock: Clock, language: str
) -> None:
    token = issued(home, "One", language)
    with opened(PostOffice()) as office:
        send(home, clock, office, (token, "one@example.org"))
    text = mail_text(home.folder, SLUG, language)
    assert office.letters[0]["Content-Language"] == language
    assert text.body.split("{links}")[1].split("{until}")[0].strip() in office.text()
    assert len(LINK.findall(office.text())) == 1


def test_what_was_sent_is_passed_over(home: Home, clock: Clock) -> None:
    token = issued(home, "One")
    with opened(PostOffice()) as office:
        send(home, clock, office, (token, "one@example.org"))
        again = send(home, clock, office, (token, "one@example.org"))
        assert [one.state for one in again] == ["sent before"]
        assert len(office.letters) == 1
        forced = send(home, clock, office, (token, "one@example.org"), again=True)
        assert [one.state for one in forced] == ["sent"]
        clock.passes(days=200)
        ended = send(home, clock, office, (token, "one@example.org"))
        assert [one.state for one in ended] == ["sent"]


def test_a_refused_letter_does_not_hold_up_the_others(
    home: Home, clock: Clock, claims: Claims
) -> None:
    first, second = issued(home, "One"), issued(home, "Two")
    with opened(PostOffice(unwanted=frozenset({"one@example.org"}))) as office:
        results = send(home, clock, office, (first, "one@example.org"), (second, "two@example.org"))
    assert {one.paper: one.state for one in results} == {first: "not sent", second: "sent"}
    assert all(one.withdrawn_at is not None for one in claims.of(first))
    assert not claims.is_mailed(first)


def test_a_server_that_is_away_ends_it_and_the_next_time_goes_on(
    home: Home, clock: Clock, claims: Claims
) -> None:
    tokens = [issued(home, name) for name in ("One", "Two", "Three")]
    given = [(token, f"p{number}@example.org") for number, token in enumerate(tokens)]
    with opened(PostOffice(most=1)) as office:
        with pytest.raises(IssuerError) as caught:
            send(home, clock, office, *given)
        assert caught.value.code == "mail_unreachable"
        office.most = 100
        results = send(home, clock, office, *given)
    assert sorted(one.state for one in results) == ["sent", "sent", "sent before"]
    assert sorted(office.to()) == sorted(address for _, address in given)


def test_a_kill_between_sending_and_marking_sends_twice_and_never_none(
    home: Home, clock: Clock, claims: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = issued(home, "One")

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with opened(PostOffice()) as office:
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(Claims, "mark_mailed", killed)
            send(home, clock, office, (token, "one@example.org"))
        results = send(home, clock, office, (token, "one@example.org"))
    assert [one.state for one in results] == ["sent"]
    secrets_sent = [LINK.findall(office.text(number))[0] for number in range(2)]
    assert [claims.find(one).document.id for one in secrets_sent] == [token, token]


def test_no_paper_of_elsewhere_is_sent(home: Home, clock: Clock) -> None:
    with opened(PostOffice()) as office, pytest.raises(IssuerError) as caught:
        send(home, clock, office, ("0" * 32, "one@example.org"))
    assert caught.value.code == "unknown_document"
    assert office.letters == []


# --- an institution's own texts ----------------------------------------------------------------


def own_text(home: Home, language: str, content: str) -> Path:
    folder = home.folder / "texts" / SLUG
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"mail.{language}.toml"
    file.write_text(content, encoding="utf-8")
    return file


def test_an_institution_writes_its_own_text(home: Home, clock: Clock) -> None:
    own_text(home, "nl", 'subject = "Van {institution}"\nbody = "Dag {name}! {links} t/m {until}"')
    dutch, english = issued(home, "{links}", "nl"), issued(home, "Two")
    with opened(PostOffice()) as office:
        send(home, clock, office, (dutch, "one@example.org"), (english, "two@example.org"))
    assert office.letters[0]["Subject"] == "Van Omnia"
    assert office.text(0).startswith("Dag Maria {links}! ")
    assert len(LINK.findall(office.text(0))) == 1
    assert "Dear Maria Two" in office.text(1)


@pytest.mark.parametrize(
    "content",
    [
        "subject = 1",
        'subject = "Hi"\nbody = "without links"',
        'subject = "Hi"\nbody = "{links} {birthdate}"',
        'subject = "Hi {links}"\nbody = "{links}"',
        'subject = "Hi\\nBcc: x@y.org"\nbody = "{links}"',
        'subject = ""\nbody = "{links}"',
        'subject = "Hi"\nbody = "{links}"\nhtml = "<b>"',
        "not TOML",
    ],
)
def test_a_text_that_cannot_be_used_sends_nothing(home: Home, clock: Clock, content: str) -> None:
    own_text(home, "fi", content)
    token = issued(home, "One")
    with opened(PostOffice()) as office, pytest.raises(IssuerError) as caught:
        send(home, clock, office, (token, "one@example.org"))
    assert caught.value.code == "bad_mail_text"
    assert "mail.fi.toml" in caught.value.message
    assert office.heard == []


# --- sheets of addresses -----------------------------------------------------------------------


def test_a_sheet_names_papers_and_addresses(home: Home) -> None:
    first, second = issued(home, "One"), issued(home, "Two")
    sheet = (
        "Address;Name;E-mail\n"
        f"{BASE}/credentials/{first};One;one@example.org\n"
        f"{second};Two;two@example.org\n"
        f"{second};nobody to write to;\n"
        f"{'0' * 32};not here;x@example.org\n"
        f"{first};no address;x@\n"
    )
    found = recipients_in(open_sheet(sheet.encode(), name="a.csv"), home, SLUG)
    assert found.given == (
        Recipient(first, "one@example.org"),
        Recipient(second, "two@example.org"),
    )
    assert sorted(found.wrong) == [5, 6]


@pytest.mark.parametrize("sheet", ["", "email\na@b.org\n", "paper,name\nx,y\n"])
def test_a_sheet_without_its_headings_is_refused(home: Home, sheet: str) -> None:
    with pytest.raises(IssuerError) as caught:
        recipients_in(open_sheet(sheet.encode(), name="a.csv"), home, SLUG)
    assert caught.value.code in {"bad_addresses", "sheet_unreadable"}
