"""The way in and out: invitation, sign-in, sign-out, the first page, one's own account."""

from __future__ import annotations

import io
from typing import Final

import qrcode
import qrcode.image.svg
from flask import g, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from issuer.accounts.invitations import FIRST, grants_of, needs_codes
from issuer.accounts.one_time import secret_address
from issuer.accounts.sign_in import SignInLocked
from issuer.errors import IssuerError
from issuer.store import Account, Invitation
from issuer.web.desk.desk import current, desk, say
from issuer.web.desk.guard import take_cookie_away
from issuer.web.desk.registry import ANYONE, EVERY_ROLE, Pages, Takes

__all__ = ["pages"]

pages = Pages()
_FIELD_OF: Final = {
    "bad_invitation": "name",
    "bad_login": "login",
    "login_taken": "login",
    "bad_password": "password",
    "wrong_code": "code",
    "codes_needed": "code",
    "not_begun": "login",
}


@pages.page("/sign-in", roles=ANYONE, takes=Takes(frozenset({"then"})))
def sign_in() -> str | Response:
    """The form to sign in."""
    if g.person is not None:
        return redirect(url_for("start"), 303)
    return _sign_in_page(_then(request.args.get("then", "")))


@pages.page(
    "/sign-in",
    roles=ANYONE,
    method="POST",
    takes=Takes(frozenset({"login", "password", "code", "then"})),
)
def signed_in() -> str | Response | tuple[str, int]:
    """Let somebody in, with a new session whatever the browser held before."""
    then = _then(request.form.get("then", ""))
    at = desk().clock()
    try:
        account = desk().sign_in.check(
            request.form.get("login", ""),
            request.form.get("password", ""),
            request.form.get("code", ""),
            address=request.remote_addr or "",
            at=at,
        )
        enter(account)
    except IssuerError as error:
        if error.code not in {"sign_in_failed", "sign_in_locked", "unknown_account"}:
            raise
        told = error.message
        return _sign_in_page(then, told), 429 if isinstance(error, SignInLocked) else 401
    return redirect(f"{request.script_root}{then}" if then else url_for("start"), 303)


def enter(account: Account) -> None:
    """Begin a session of the account, at the first institution where it may do anything."""
    at = desk().clock()
    if g.get("cookie"):
        desk().sessions.end(g.cookie)
    institutions = desk().people.person(account.id, "").institutions
    g.cookie = desk().sessions.start(
        account.id, institutions[0] if institutions else "", at=at, random=desk().random
    )


def _sign_in_page(then: str, told: str | None = None) -> str:
    return render_template(
        "desk/sign_in.html", then=then, told=told, nobody=not desk().people.any_at()
    )


def _then(path: str) -> str:
    """A path of this desk to go to, or nothing: no other host is ever named."""
    plain = path.isascii() and path.isprintable() and "\\" not in path and "?" not in path
    return path if plain and path.startswith("/") and not path.startswith("//") else ""


@pages.page("/sign-out", roles=EVERY_ROLE, method="POST")
def sign_out() -> Response:
    """End the session."""
    desk().sessions.end(g.cookie)
    response = redirect(url_for("sign_in"), 303)
    take_cookie_away(response)  # type: ignore[arg-type] # Flask's redirect is its own Response
    return response


@pages.page("/invitation/<secret>", roles=ANYONE)
def invitation(secret: str) -> str:
    """What a link gives, and the next step towards an account."""
    return _invitation_page(secret, _invited(secret), {})


@pages.page(
    "/invitation/<secret>",
    roles=ANYONE,
    method="POST",
    takes=Takes(frozenset({"name", "login", "password", "again"})),
    name="invitation_begun",
)
def begun(secret: str) -> str | Response | tuple[str, int]:
    """Take a name to sign in by and a password."""
    row = _invited(secret)
    password = request.form.get("password", "")
    errors = {}
    if password != request.form.get("again", ""):
        errors["again"] = "The two passwords differ. Type the same one twice."
    else:
        try:
            desk().invitations.begin(
                secret,
                login=request.form.get("login", ""),
                password=password,
                at=desk().clock(),
                random=desk().random,
                name=request.form.get("name"),
            )
        except IssuerError as error:
            errors[_field(error)] = error.message
    if errors:
        return _invitation_page(secret, row, errors), 422
    return redirect(url_for("invitation", secret=secret), 303)


@pages.page(
    "/invitation/<secret>/account",
    roles=ANYONE,
    method="POST",
    takes=Takes(frozenset({"code", "without"})),
    name="account_made",
)
def made(secret: str) -> str | Response | tuple[str, int]:
    """Complete the account with its first one-time code, and let its person in."""
    row = _invited(secret)
    code = None if request.form.get("without") else request.form.get("code", "")
    try:
        account, codes = desk().invitations.finish(
            secret, code=code, at=desk().clock(), random=desk().random
        )
    except IssuerError as error:
        return _invitation_page(secret, row, {_field(error): error.message}), 422
    enter(account)
    g.person = desk().people.person(
        account.id, desk().people.person(account.id, "").institutions[0]
    )
    return render_template("desk/welcome.html", codes=codes)


def _field(error: IssuerError) -> str:
    if error.code not in _FIELD_OF:
        raise error
    return _FIELD_OF[error.code]


def _invited(secret: str) -> Invitation:
    try:
        return desk().invitations.look_at(secret, at=desk().clock())
    except IssuerError as error:
        raise NotFound(error.message) from error


def _invitation_page(secret: str, row: Invitation, errors: dict[str, str]) -> str:
    held: dict[str, list[str]] = {}
    for slug, role in grants_of(row):
        held.setdefault(slug, []).append(role)
    address = ""
    if row.totp_secret and row.login:
        name = desk().home.records.institution(next(iter(held))).legal_name
        address = secret_address(row.totp_secret, login=row.login, issuer=name)
    return render_template(
        "desk/invitation.html",
        secret=secret,
        row=row,
        held=held,
        errors=errors,
        login=request.form.get("login") or row.login or "",
        picture=_picture(address) if address else None,
        needed=needs_codes(row),
        first=row.invited_by == FIRST,
    )


def _picture(address: str) -> Markup:
    """An address as a code to be photographed, drawn in the page: nothing of it is kept."""
    code = qrcode.QRCode(border=2)
    code.add_data(address)
    drawn = io.BytesIO()
    code.make_image(image_factory=qrcode.image.svg.SvgPathImage).save(drawn)
    text = drawn.getvalue().decode()
    return Markup(text[text.index("<svg") :])  # noqa: S704 - drawn by us, of squares alone


@pages.page("/", roles=EVERY_ROLE)
def start() -> str:
    """What waits for whoever has signed in."""
    return render_template("desk/start.html", people=desk().people.names())


@pages.page("/account", roles=EVERY_ROLE)
def account() -> str:
    """One's own account."""
    return render_template("desk/account.html")


@pages.page(
    "/account/institution",
    roles=EVERY_ROLE,
    method="POST",
    takes=Takes(frozenset({"institution"})),
)
def change_institution() -> Response:
    """Go on at another institution, in a new session."""
    person, wanted = current(), request.form.get("institution", "")
    if wanted not in person.institutions:
        raise NotFound
    desk().sessions.end(g.cookie)
    g.cookie = desk().sessions.start(
        person.account, wanted, at=desk().clock(), random=desk().random
    )
    say("You are at another institution's desk now.")
    return redirect(url_for("start"), 303)
