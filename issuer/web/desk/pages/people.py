"""Who is let in, and what each may do: for administrators."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from issuer.accounts.invitations import grants_of
from issuer.errors import IssuerError
from issuer.four_eyes import four_eyes, set_four_eyes
from issuer.store import Account, Role
from issuer.web.desk.addresses import outside
from issuer.web.desk.desk import current, desk, say
from issuer.web.desk.registry import Pages, Takes

__all__ = ["pages"]

pages = Pages()
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})


@pages.page("/people", roles=_ADMINISTRATOR, nav="People")
def people() -> str:
    """Everybody with an account here, and the links that wait."""
    return _page()


@pages.page(
    "/people/invite",
    roles=_ADMINISTRATOR,
    method="POST",
    takes=Takes(frozenset({"name"}), several=frozenset({"role"})),
)
def invite() -> str | tuple[str, int]:
    """Make a link, and show it this once."""
    person = current()
    try:
        secret = desk().invitations.invite(
            [(person.institution, role) for role in _roles()],
            name=request.form.get("name", ""),
            by=person.actor,
            at=desk().clock(),
            random=desk().random,
        )
    except IssuerError as error:
        return _page({"name": error.message}), 422
    return _page(link=outside("invitation", secret=secret))


@pages.page(
    "/people/<account>/roles",
    roles=_ADMINISTRATOR,
    method="POST",
    takes=Takes(several=frozenset({"role"})),
    name="change_roles",
)
def change_roles(account: str) -> Response:
    """Give somebody other roles here."""
    row = _here(account)
    try:
        desk().people.set_roles(
            row.id, current().institution, _roles(), by=current().actor, at=desk().clock()
        )
    except IssuerError as error:
        say(error.message, "error")
    else:
        say("The roles were changed.")
    return redirect(url_for("people"), 303)


@pages.page("/people/<account>/disable", roles=_ADMINISTRATOR, method="POST")
def disable(account: str) -> Response:
    """Close an account."""
    row, person = _wholly_ours(account), current()
    try:
        desk().people.disable(row.id, by=person.actor, at=desk().clock())
    except IssuerError as error:
        say(error.message, "error")
    else:
        say("The account is closed.")
    return redirect(url_for("people"), 303)


@pages.page("/people/<account>/reset", roles=_ADMINISTRATOR, method="POST")
def reset(account: str) -> str:
    """Make a link by which somebody chooses a new password and new one-time codes."""
    row = _wholly_ours(account)
    secret = desk().invitations.reset(
        row.id, by=current().actor, at=desk().clock(), random=desk().random
    )
    desk().people.unlock(row.login)
    return _page(link=outside("invitation", secret=secret))


@pages.page("/people/invitation/<invitation>/withdraw", roles=_ADMINISTRATOR, method="POST")
def withdraw(invitation: str) -> Response:
    """Stop a link."""
    person = current()
    desk().invitations.withdraw(
        invitation, institution=person.institution, by=person.actor, at=desk().clock()
    )
    say("The link opens nothing any more.")
    return redirect(url_for("people"), 303)


@pages.page(
    "/people/four-eyes",
    roles=_ADMINISTRATOR,
    method="POST",
    takes=Takes(frozenset({"on"})),
    name="change_rule",
)
def change_rule() -> Response:
    """Turn the four-eyes rule on or off."""
    person, on = current(), request.form.get("on") == "1"
    set_four_eyes(desk().home.store, person.institution, on, by=person.actor, at=desk().clock())
    say("Two people are needed for each paper." if on else "One signatory is enough now.")
    return redirect(url_for("people"), 303)


def _page(errors: dict[str, str] | None = None, link: str | None = None) -> str:
    institution, at = current().institution, desk().clock()
    waiting = [
        (row, [role for slug, role in grants_of(row) if slug == institution])
        for row in desk().invitations.waiting(institution, at=at)
    ]
    return render_template(
        "desk/people.html",
        people=desk().people.all(institution),
        waiting=waiting,
        link=link,
        errors=errors or {},
        every=list(Role),
        two=four_eyes(desk().home.store, institution),
    )


def _roles() -> list[Role]:
    return [role for role in Role if role.value in request.form.getlist("role")]


def _here(account: str) -> Account:
    """An account of this institution. IssuerError("unknown_account")."""
    for row, _ in desk().people.all(current().institution):
        if row.id == account:
            return row
    raise IssuerError("unknown_account", "There is no such account here.")


def _wholly_ours(account: str) -> Account:
    """An account of this institution that has no role where its administrator has no say.

    Raises IssuerError: `unknown_account`, `works_elsewhere`.
    """
    row = _here(account)
    beyond = desk().people.beyond(row.id, current().account)
    if beyond:
        names = ", ".join(desk().home.records.institution(one).legal_name for one in beyond)
        raise IssuerError(
            "works_elsewhere",
            f"This account has roles at {names} too, which you do not administer. Take away its "
            "roles here, or ask whoever runs this service (`ecvet accounts`).",
        )
    return row
