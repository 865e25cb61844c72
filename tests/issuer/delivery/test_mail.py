"""Letters: over TLS, of one line in the head, and what a server's refusals become."""

from __future__ import annotations

import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from issuer.delivery.mail import Letter, Post, is_address, smtp_password
from issuer.errors import IssuerError
from issuer.settings import MailSettings
from tests.issuer.delivery.post_office import PostOffice, opened
from tests.issuer.homes import NOW
from tests.verifier.test_tls import certificate
from verifier.web.tls import Certificate

LETTER = Letter("maria@example.org", "Maria Ñandú", "Your paper", "Dear María,\n.\nBye\n", "en")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("tls"))


def server_side(files: Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.chain, files.key)
    return context


def settings(office: PostOffice, **more: object) -> MailSettings:
    plain = {"host": "127.0.0.1", "port": office.port, "security": "none"}
    return MailSettings(sender="school@example.org", **{**plain, **more})  # type: ignore[arg-type]


def post(
    mail: MailSettings, *, tls: ssl.SSLContext | None = None, password: str | None = None
) -> Post:
    return Post(mail, sender_name="Omnia", password=password, random=lambda n: b"\x07" * n, tls=tls)


def test_a_letter_arrives_as_it_was_written() -> None:
    with opened(PostOffice()) as office:
        with post(settings(office, reply_to="office@example.org")) as to:
            to.send(LETTER, at=NOW)
            to.send(LETTER, at=NOW)
        letter = office.letters[0]
    assert office.connections == 1
    assert office.text(0) == LETTER.body
    assert letter["To"].addresses[0].display_name == "Maria Ñandú"
    assert letter["From"].addresses[0].addr_spec == "school@example.org"
    assert letter["From"].addresses[0].display_name == "Omnia"
    assert letter["Reply-To"] == "office@example.org"
    assert letter["Subject"] == "Your paper"
    assert letter["Content-Language"] == "en"
    assert letter["Date"].datetime == NOW
    assert letter.get_content_type() == "text/plain"


@pytest.mark.parametrize("password", [None, "a secret"], ids=["open", "with a password"])
def test_it_is_protected_on_the_way(files: Certificate, password: str | None) -> None:
    trusted = ssl.create_default_context(cafile=str(files.chain))
    with opened(PostOffice(tls=server_side(files), password=password)) as office:
        user = "school" if password else None
        mail = settings(office, security="starttls", user=user)
        with post(mail, tls=trusted, password=password) as to:
            to.send(LETTER, at=NOW)
    assert office.protected == [True]


@pytest.mark.parametrize(
    "offers", [True, False], ids=["a certificate that nobody knows", "no TLS at all"]
)
def test_nothing_is_sent_where_it_cannot_be_protected(files: Certificate, offers: bool) -> None:
    with (
        opened(PostOffice(tls=server_side(files) if offers else None)) as office,
        post(settings(office, security="starttls")) as to,
        pytest.raises(IssuerError) as caught,
    ):
        to.send(LETTER, at=NOW)
    assert caught.value.code == "mail_unreachable"
    assert "TLS" in caught.value.message
    assert office.letters == []
    assert not any(line.startswith("MAIL") for line in office.heard)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "maria",
        "maria@",
        "@example.org",
        "maria@example.org\r\nBcc: eve@example.org",
        "maria@example.org\n",
        "maria@example.org, eve@example.org",
        "Maria <maria@example.org>",
        "maria@exa mple.org",
        "márìa@example.org",
        "-@-.org",
        "a" * 250 + "@example.org",
    ],
)
def test_nothing_is_sent_to_what_is_no_address(wrong: str) -> None:
    assert not is_address(wrong)
    with (
        opened(PostOffice()) as office,
        post(settings(office)) as to,
        pytest.raises(IssuerError) as caught,
    ):
        to.send(replace(LETTER, to=wrong), at=NOW)
    assert caught.value.code == "bad_address"
    assert office.heard == []


@pytest.mark.parametrize("right", ["maria@example.org", "a.b+c@sub.example.co.uk", "x@localhost"])
def test_the_addresses_that_people_have_are_addresses(right: str) -> None:
    assert is_address(right)


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\r\n\r\n", "\x0b", "\u2028", "\x00"])
def test_a_name_opens_no_new_line_in_the_head(sign: str) -> None:
    name = f"Maria{sign}Bcc: eve@example.org"
    with opened(PostOffice()) as office, post(settings(office)) as to:
        to.send(replace(LETTER, name=name), at=NOW)
    assert office.letters[0]["Bcc"] is None
    assert office.to() == ["maria@example.org"]
    assert [line for line in office.heard if line.upper().startswith("RCPT")] == [
        "rcpt TO:<maria@example.org>"
    ]


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r"])
def test_a_subject_of_two_lines_is_refused(sign: str) -> None:
    with (
        opened(PostOffice()) as office,
        post(settings(office)) as to,
        pytest.raises(IssuerError) as caught,
    ):
        to.send(replace(LETTER, subject=f"Hi{sign}Bcc: eve@example.org"), at=NOW)
    assert caught.value.code == "bad_letter"
    assert office.letters == []


def test_a_refusal_is_told_without_the_servers_words() -> None:
    office = PostOffice(unwanted=frozenset({LETTER.to}))
    with opened(office), post(settings(office)) as to:
        with pytest.raises(IssuerError) as caught:
            to.send(LETTER, at=NOW)
        to.send(replace(LETTER, to="other@example.org"), at=NOW)
    assert caught.value.code == "mail_refused"
    assert "550" in caught.value.message
    assert "maria" not in caught.value.message
    assert office.to() == ["other@example.org"]


def test_a_server_that_hangs_up_is_asked_again_for_the_next_letter() -> None:
    with opened(PostOffice(most=0)) as office, post(settings(office)) as to:
        with pytest.raises(IssuerError) as caught:
            to.send(LETTER, at=NOW)
        office.most = 1
        to.send(LETTER, at=NOW)
    assert caught.value.code == "mail_unreachable"
    assert len(office.letters) == 1


def test_a_wrong_password_is_told(files: Certificate) -> None:
    with opened(PostOffice(password="right")) as office:
        mail = settings(office, user="school")
        with post(mail, password="wrong") as to, pytest.raises(IssuerError) as caught:
            to.send(LETTER, at=NOW)
    assert caught.value.code == "mail_unreachable"
    assert "password" in caught.value.message
    assert "wrong" not in caught.value.message


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "mail.example.org", "security": "none"},
        {"sender": "no address"},
        {"reply_to": "a@b.org\nBcc: c@d.org"},
        {"user": "school"},
    ],
    ids=["unprotected over the network", "a sender", "an answer", "no password"],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    plain: dict[str, object] = {"host": "127.0.0.1", "sender": "s@example.org"}
    with pytest.raises(IssuerError) as caught:
        post(MailSettings(**{**plain, **wrong}))  # type: ignore[arg-type]
    assert caught.value.code == "bad_mail_settings"


def test_the_password_comes_from_a_file_or_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("from a file\n")
    mail = MailSettings(host="h", sender="s@example.org")
    named = MailSettings(host="h", sender="s@example.org", password_file=str(file))
    assert smtp_password(mail, {}) is None
    assert smtp_password(mail, {"ECVET_SMTP_PASSWORD": "plain"}) == "plain"
    assert smtp_password(mail, {"ECVET_SMTP_PASSWORD_FILE": str(file)}) == "from a file"
    assert smtp_password(named, {"ECVET_SMTP_PASSWORD": "plain"}) == "from a file"
    with pytest.raises(IssuerError) as caught:
        smtp_password(mail, {"ECVET_SMTP_PASSWORD_FILE": str(tmp_path / "none")})
    assert caught.value.code == "bad_mail_settings"


def test_nothing_of_a_letter_is_in_what_is_logged_of_it() -> None:
    assert "maria" not in repr(LETTER)
    assert "Dear" not in repr(LETTER)
