"""Coming in: invitations, passwords, one-time codes, lock-out, sessions."""

from __future__ import annotations

import re
import secrets

import pytest
from sqlalchemy import select

from issuer.accounts import Invitations, Role
from issuer.accounts.first import first_invitation
from issuer.accounts.passwords import STANDARD, hash_password
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.store import Account, DeskSession, FailedSignIn, Invitation, RecoveryCode
from issuer.web.wsgi import seen_through
from tests.issuer.homes import NOW, count
from tests.issuer.web_desk.driver import CHEAP, PASSWORD, Browser, Service

WRONG = "That did not fit."


@pytest.fixture
def sini(service: Service) -> Browser:
    return service.account("sini", Role.SIGNATORY)


def cookie(browser: Browser) -> str:
    held = browser.client.get_cookie("ecvet_desk")
    return held.value if held else ""


def test_the_first_administrator_comes_by_a_link_that_works_once(
    home: Home, service: Service
) -> None:
    secret = first_invitation(home, at=service.clock(), random=secrets.token_bytes)
    ada, path = service.browser(), f"/invitation/{secret}"
    page = ada.get(path)
    assert "administrator" in page.text and "Your name" in page.text
    form = {"name": "Ada", "login": "ada@example.org", "password": PASSWORD, "again": PASSWORD}
    assert ada.post(path, form).status_code == 303
    found = re.search(r'class="secret"[^>]*>([A-Z2-7]+)<', ada.get(path).text)
    assert found is not None
    ada.secret = found[1]
    welcome = ada.post(f"{path}/account", {"code": ada.code()})
    assert welcome.status_code == 200 and welcome.text.count("<li>") >= 8
    assert ada.get("/people").status_code == 200
    assert service.browser().get(path).status_code == 404
    assert first_invitation(home, at=service.clock(), random=secrets.token_bytes) is None


def test_a_new_start_stops_the_link_of_the_one_before(home: Home, service: Service) -> None:
    old, new = (
        first_invitation(home, at=service.clock(), random=secrets.token_bytes) for _ in range(2)
    )
    assert service.browser().get(f"/invitation/{old}").status_code == 404
    assert service.browser().get(f"/invitation/{new}").status_code == 200
    service.clock.passes(hours=25)
    assert service.browser().get(f"/invitation/{new}").status_code == 404


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"password": "short", "again": "short"}, "12 to 256"),
        ({"password": "aaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaa"}, "harder to guess"),
        ({"again": "several other words"}, "two passwords differ"),
        ({"login": "Ada Lovelace!"}, "small letters"),
        ({"login": "sini"}, "signs in by that name"),
    ],
    ids=["short", "plain", "differ", "login", "taken"],
)
def test_a_choice_that_will_not_do_is_told_at_its_field(
    home: Home, service: Service, sini: Browser, given: dict[str, str], said: str
) -> None:
    secret = Invitations(home.store, cost=CHEAP).invite(
        [("omnia", Role.AUDITOR)],
        name="Mona",
        by="test",
        at=service.clock(),
        random=secrets.token_bytes,
    )
    form = {"login": "mona", "password": PASSWORD, "again": PASSWORD, **given}
    answer = service.browser().post(f"/invitation/{secret}", form)
    assert answer.status_code == 422 and said in answer.text and "field-error" in answer.text
    assert PASSWORD not in answer.text


def test_who_signs_cannot_go_without_codes(home: Home, service: Service) -> None:
    for role, status in ((Role.SIGNATORY, 422), (Role.AUDITOR, 200)):
        secret = Invitations(home.store, cost=CHEAP).invite(
            [("omnia", role)],
            name="Mona",
            by="test",
            at=service.clock(),
            random=secrets.token_bytes,
        )
        mona = service.browser()
        form = {"login": f"mona-{role}", "password": PASSWORD, "again": PASSWORD}
        mona.post(f"/invitation/{secret}", form)
        answer = mona.post(f"/invitation/{secret}/account", {"without": "1"})
        assert answer.status_code == status


def test_nobody_becomes_a_signatory_without_codes(home: Home, service: Service) -> None:
    mona = service.account("mona", Role.AUDITOR)
    with home.store.write() as session:
        session.get_one(Account, mona.account).totp_secret = None
    with pytest.raises(IssuerError) as caught:
        service.people().set_roles(
            mona.account, "omnia", [Role.SIGNATORY], by="test", at=service.clock()
        )
    assert caught.value.code == "codes_needed"


def test_what_does_not_fit_is_always_told_alike(service: Service, sini: Browser) -> None:
    mona = service.account("mona", Role.AUDITOR)
    ada = service.account("ada", Role.ADMINISTRATOR)
    service.people().disable(mona.account, by="test", at=service.clock())
    cases = [
        sini.sign_in(login="nobody"),
        sini.sign_in(password="something else"),
        sini.sign_in(code="000000"),
        sini.sign_in(code=""),
        mona.sign_in(),
        ada.sign_in(login="sini"),
    ]
    texts = {re.sub(r'value="[0-9a-f]{64}"', "", one.text) for one in cases}
    assert {one.status_code for one in cases} == {401}
    assert len(texts) == 1 and WRONG in texts.pop()


def test_a_code_opens_once(service: Service, sini: Browser) -> None:
    code = sini.code()
    assert sini.sign_in(code=code).status_code == 303
    other = service.browser()
    other.login = "sini"
    assert other.sign_in(code=code).status_code == 401
    service.clock.passes(seconds=30)
    other.secret = sini.secret
    assert other.sign_in().status_code == 303


def test_a_recovery_code_opens_once(service: Service, sini: Browser) -> None:
    code = sini.recovery[0].lower().replace("-", " ")
    assert sini.sign_in(code=code).status_code == 303
    assert (
        service.account("ada", Role.ADMINISTRATOR).sign_in(code=sini.recovery[1]).status_code == 401
    )
    again = service.browser()
    again.login = "sini"
    assert again.sign_in(code=code).status_code == 401
    assert again.sign_in(code=sini.recovery[1]).status_code == 303


def test_many_tries_lock_a_name_and_say_until_when(service: Service, sini: Browser) -> None:
    for _ in range(5):
        assert sini.sign_in(password="guessing along").status_code == 401
    locked = sini.sign_in()
    assert locked.status_code == 429 and "too many tries" in locked.text
    assert re.search(r"after [0-9]{2}:[0-9]{2} UTC", locked.text)
    service.clock.passes(minutes=16)
    assert sini.sign_in().status_code == 303


def test_a_name_that_nobody_has_is_locked_likewise(service: Service, sini: Browser) -> None:
    answers = [sini.sign_in(login="nobody").status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]


def test_an_address_is_locked_whatever_the_names(service: Service, sini: Browser) -> None:
    for number in range(30):
        assert sini.sign_in(login=f"name-{number}").status_code == 401
    assert sini.sign_in().status_code == 429


@pytest.mark.parametrize(
    ("peer", "locked"), [("127.0.0.1", False), ("192.0.2.9", True)], ids=["proxy", "anybody"]
)
def test_behind_a_proxy_one_stranger_does_not_lock_all(
    home: Home, service: Service, sini: Browser, peer: str, locked: bool
) -> None:
    """What the proxy in front says of who asks is believed, and nobody else."""
    seen_through(service.app, "127.0.0.1")
    sini.client.environ_base["REMOTE_ADDR"] = peer
    for number in range(30):
        said = {"X-Forwarded-For": "203.0.113.7, 198.51.100.1"}
        form = {"login": f"name-{number}", "password": "guess", "code": ""}
        assert sini.post("/sign-in", form, headers=said).status_code == 401
    form = {"login": "sini", "password": PASSWORD, "code": sini.code()}
    answer = sini.post("/sign-in", form, headers={"X-Forwarded-For": "198.51.100.2"})
    assert answer.status_code == (429 if locked else 303)


def test_old_failures_are_not_kept(home: Home, service: Service, sini: Browser) -> None:
    for number in range(3):
        sini.sign_in(login=f"name-{number}")
    service.clock.passes(minutes=31)
    sini.sign_in(login="another")
    assert count(home, FailedSignIn) == 2  # this name and this address


def test_failures_far_apart_lock_nobody(service: Service, sini: Browser) -> None:
    for _ in range(12):
        service.clock.passes(minutes=8)
        assert sini.sign_in(password="a slip of a finger").status_code == 401


def test_signing_in_gives_a_new_session_whatever_the_browser_held(
    home: Home, service: Service, sini: Browser
) -> None:
    sini.get("/sign-in")
    planted = cookie(sini)
    assert sini.sign_in().status_code == 303
    assert cookie(sini).partition(".")[0] != planted.partition(".")[0]
    thief = service.browser()
    thief.client.set_cookie("ecvet_desk", planted)
    assert thief.get("/").status_code == 303
    first = cookie(sini)
    service.clock.passes(seconds=60)
    sini.get("/sign-out")
    sini.sign_in()
    with home.store.read() as session:
        kept = session.scalars(select(DeskSession.secret_sha256)).all()
    assert len(kept) == len(set(kept))
    assert first.partition(".")[0] not in "".join(kept)


def test_a_session_ends_when_it_lies_idle_and_at_its_end(service: Service, sini: Browser) -> None:
    sini.sign_in()
    for _ in range(3):
        service.clock.passes(minutes=40)
        assert sini.get("/").status_code == 200
    old = cookie(sini)
    service.clock.passes(minutes=46)
    assert sini.get("/").status_code == 303
    thief = service.browser()
    secret, _, seal = old.split(".")
    thief.client.set_cookie("ecvet_desk", f"{secret}.{int(service.clock().timestamp())}.{seal}")
    assert thief.get("/").status_code == 303  # the moment is sealed
    service.clock.passes(minutes=1)
    assert sini.sign_in().status_code == 303
    for _ in range(17):
        service.clock.passes(minutes=42)
        sini.get("/")
    service.clock.passes(minutes=10)
    assert sini.get("/").status_code == 303


def test_signing_out_ends_it_on_the_server_too(service: Service, sini: Browser) -> None:
    sini.sign_in()
    held = cookie(sini)
    assert sini.post("/sign-out").status_code == 303
    sini.client.set_cookie("ecvet_desk", held)
    assert sini.get("/").status_code == 303


def test_a_closed_account_is_out_at_once(service: Service, sini: Browser) -> None:
    sini.sign_in()
    assert sini.get("/").status_code == 200
    service.people().disable(sini.account, by="test", at=service.clock())
    assert sini.get("/").status_code == 303


def test_the_last_administrator_stays(service: Service) -> None:
    ada = service.account("ada", Role.ADMINISTRATOR)
    for act in (
        lambda: service.people().disable(ada.account, by="test", at=service.clock()),
        lambda: service.people().set_roles(ada.account, "omnia", [], by="test", at=service.clock()),
    ):
        with pytest.raises(IssuerError) as caught:
            act()
        assert caught.value.code == "last_administrator"


def test_a_new_link_ends_sessions_and_old_codes(home: Home, service: Service) -> None:
    sini = service.signed_in("sini", Role.SIGNATORY)
    ada = service.signed_in("ada", Role.ADMINISTRATOR)
    page = ada.post(f"/people/{sini.account}/reset").text
    found = re.search(r"/invitation/([A-Za-z0-9_-]{43})", page)
    assert found is not None and sini.get("/").status_code == 303
    assert page.count(found[1]) == 1
    assert found[1] not in ada.get("/people").text
    with home.store.read() as session:
        assert session.scalars(select(Invitation).where(Invitation.account == sini.account)).one()


def new_link(service: Service, account: str) -> str:
    return Invitations(service.home.store, cost=CHEAP).reset(
        account, by="test", at=service.clock(), random=secrets.token_bytes
    )


def begun(service: Service, secret: str) -> Browser:
    """A browser in which a new password was chosen, before the first code."""
    browser, path = service.browser(), f"/invitation/{secret}"
    other = f"{PASSWORD} and more"
    answer = browser.post(path, {"login": "", "password": other, "again": other})
    assert answer.status_code == 303, answer.text
    found = re.search(r'class="secret"[^>]*>([A-Z2-7]+)<', browser.get(path).text)
    assert found is not None
    browser.secret = found[1]
    return browser


def test_a_closed_account_is_not_opened_by_a_link_from_before(
    service: Service, sini: Browser
) -> None:
    secret = new_link(service, sini.account)
    assert service.browser().get(f"/invitation/{secret}").status_code == 200
    service.people().disable(sini.account, by="test", at=service.clock())
    assert service.browser().get(f"/invitation/{secret}").status_code == 404


def test_a_new_password_ends_what_was_begun_by_the_old_one(service: Service, sini: Browser) -> None:
    secret = new_link(service, sini.account)
    sini.sign_in()
    assert sini.get("/").status_code == 200
    browser = begun(service, secret)
    answer = browser.post(f"/invitation/{secret}/account", {"code": browser.code()})
    assert answer.status_code == 200 and browser.get("/").status_code == 200
    assert sini.get("/").status_code == 303


def test_who_came_to_sign_since_the_link_was_made_needs_codes(service: Service) -> None:
    petra = service.account("petra", Role.PREPARER)
    secret = new_link(service, petra.account)
    service.people().set_roles(
        petra.account, "omnia", [Role.SIGNATORY], by="test", at=service.clock()
    )
    answer = begun(service, secret).post(f"/invitation/{secret}/account", {"without": "1"})
    assert answer.status_code == 422 and "needs these codes" in answer.text


def test_an_administrator_reaches_no_account_that_works_elsewhere_too(
    home: Home, service: Service
) -> None:
    """A new link for it would open the other institution's desk."""
    home.add_institution(
        "other", legal_name="Other School", country="FI", at=NOW, random=secrets.token_bytes
    )
    ada = service.signed_in("ada", Role.ADMINISTRATOR)
    both = service.signed_in("both", Role.SIGNATORY)
    for slug, role in (("other", Role.ADMINISTRATOR), ("omnia", Role.SIGNATORY)):
        service.people().set_roles(both.account, slug, [role], by="test", at=service.clock())
    service.account("olga", Role.ADMINISTRATOR, institution="other")
    for act in ("reset", "disable"):
        answer = ada.post(f"/people/{both.account}/{act}")
        assert answer.status_code == 409 and "Other School" in answer.text
        assert "/invitation/" not in answer.text
    assert both.get("/").status_code == 200
    assert ada.post(f"/people/{both.account}/roles").status_code == 303
    assert both.get("/").status_code == 303
    service.people().set_roles(
        ada.account, "other", [Role.ADMINISTRATOR], by="test", at=service.clock()
    )
    assert service.people().beyond(both.account, ada.account) == ()


@pytest.mark.parametrize("seconds", ["0", "999999999999"])
def test_a_cookie_says_nothing_that_the_desk_did_not_write(
    service: Service, sini: Browser, seconds: str
) -> None:
    sini.sign_in()
    secret, _, seal = cookie(sini).split(".")
    sini.client.set_cookie("ecvet_desk", f"{secret}.{seconds}.{seal}")
    assert sini.get("/").status_code == 303


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://localhost", "__Host-ecvet_desk"),
        ("http://localhost", "ecvet_desk"),
        ("http://issuer.example", "__Host-ecvet_desk"),
    ],
    ids=["https", "http", "proxy"],
)
def test_the_cookie_is_kept_from_scripts_and_other_sites(
    service: Service, address: str, name: str
) -> None:
    answer = service.app.test_client().get("/desk/sign-in", base_url=address)
    said = answer.headers["Set-Cookie"]
    assert said.startswith(f"{name}=") and "HttpOnly" in said and "SameSite=Strict" in said
    assert "Path=/" in said and "Domain" not in said
    assert ("Secure" in said) == name.startswith("__Host-")


def test_signing_in_goes_on_to_pages_of_the_desk_alone(service: Service, sini: Browser) -> None:
    for then in ("//elsewhere.example", "https://elsewhere.example/", "/\\elsewhere.example"):
        service.clock.passes(seconds=60)
        assert sini.sign_in(then=then).location == "/desk/"
        sini.post("/sign-out")
    service.clock.passes(seconds=60)
    assert sini.get("/papers").location == "/desk/sign-in?then=/papers"
    assert sini.sign_in(then="/papers").location == "/desk/papers"


def test_nothing_that_opens_is_kept_as_it_is(home: Home, service: Service) -> None:
    sini = service.signed_in("sini", Role.SIGNATORY)
    with home.store.read() as session:
        rows = [
            *session.scalars(select(Account.password)),
            *session.scalars(select(RecoveryCode.secret_sha256)),
            *session.scalars(select(DeskSession.secret_sha256)),
            *session.scalars(select(Invitation.secret_sha256)),
        ]
    assert all(row.startswith("$argon2id$") or re.fullmatch("[0-9a-f]{64}", row) for row in rows)
    kept = " ".join(rows)
    assert cookie(sini).partition(".")[0] not in kept and PASSWORD not in kept


def test_passwords_cost_what_rfc_9106_says() -> None:
    kept = hash_password(PASSWORD, random=secrets.token_bytes, cost=STANDARD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
