"""What is asked of every request to the desk, before a page sees it.

1. The page is in the table; else there is nothing at the address.
2. A form comes from a page of this desk: by `Sec-Fetch-Site` and `Origin` where the browser sends
   them, and by the token that only a page shown in this browser holds (OWASP, synchroniser token
   bound to the session).
3. The page needs no sign-in, or the cookie is of a living session.
4. The person has, at the institution of the session and at this moment, a role that may open it.
5. Every field is one that the page takes, once unless it may come several times.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Set
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, g, redirect, request, url_for
from werkzeug.exceptions import BadRequest, Forbidden, LengthRequired, NotFound

from issuer.accounts.sessions import form_token, new_cookie
from issuer.web.desk.desk import desk
from issuer.web.desk.registry import Page

__all__ = ["TOKEN_FIELD", "cookie_name", "give_cookie", "guard", "take_cookie_away"]

TOKEN_FIELD: Final = "form_token"
_COOKIE: Final = "ecvet_desk"


def guard(app: Flask, pages: Mapping[tuple[str, str], Page], *, own_files: Set[str]) -> None:
    """Put the questions before every page; `pages` are by endpoint and method.

    `own_files` are the endpoints of the style, the script and the mark, which everybody may have.
    """

    @app.before_request
    def asked() -> Response | None:
        if "Transfer-Encoding" in request.headers:
            raise LengthRequired("Expected the length of the body in Content-Length.")
        if request.url_rule is None or request.endpoint in own_files:
            return None  # nothing there, another method, or nobody's data
        method = "GET" if request.method == "HEAD" else request.method
        page = pages.get((request.endpoint or "", method))
        if page is None:
            raise NotFound
        cookie = request.cookies.get(cookie_name(), "")
        found = desk().sessions.find(cookie, at=desk().clock())
        g.person, g.cookie = found or (None, cookie or new_cookie(desk().random))
        g.page = page
        if method == "POST":
            _from_here(cookie)
        if not page.anyone:
            if g.person is None:
                return _to_sign_in(page)
            if not page.open_to(g.person.roles):
                raise Forbidden("Your account may not open this page.")
        _only_what_it_takes(page)
        return None

    @app.after_request
    def renewed(response: Response) -> Response:
        if "Set-Cookie" not in response.headers and g.get("cookie"):
            give_cookie(response, g.cookie)
        return response


def cookie_name() -> str:
    """What the cookie is called: over HTTPS so that no other host can set it (RFC 6265bis)."""
    return f"__Host-{_COOKIE}" if _secure() else _COOKIE


def give_cookie(response: Response, cookie: str) -> None:
    """Let the browser hold this cookie from now on, until it is closed."""
    response.set_cookie(
        cookie_name(), cookie, path="/", secure=_secure(), httponly=True, samesite="Strict"
    )


def take_cookie_away(response: Response) -> None:
    """Let the browser forget the cookie."""
    g.cookie = None
    response.delete_cookie(
        cookie_name(), path="/", secure=_secure(), httponly=True, samesite="Strict"
    )


def _secure() -> bool:
    """Whether the browser speaks HTTPS: to us, or to a proxy that stands at the home's address."""
    home = urlsplit(desk().home.settings.base_url)
    return request.is_secure or (home.scheme == "https" and request.host == home.netloc)


def _to_sign_in(page: Page) -> Response:
    """To the sign-in page; from there back to a page that can be read."""
    wanted = request.path if page.method == "GET" and request.path != "/" else None
    return redirect(url_for("sign_in", then=wanted), 303)  # type: ignore[return-value]


def _from_here(cookie: str) -> None:
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin")
    ours = {urlsplit(request.host_url)[1], urlsplit(desk().home.settings.base_url)[1]}
    elsewhere = origin is not None and urlsplit(origin)[1] not in ours
    token = request.form.get(TOKEN_FIELD, "")
    good = bool(cookie) and hmac.compare_digest(token.encode(), form_token(cookie).encode())
    if site != "same-origin" or elsewhere or not good:
        raise BadRequest(
            "This form does not come from a page that is open in this browser. Open the page "
            "again, and send it again."
        )


def _only_what_it_takes(page: Page) -> None:
    given = request.form if page.method == "POST" else request.args
    if page.method == "POST" and request.args:
        raise BadRequest("The address has something behind it that does not belong here.")
    for name in given:
        if name == TOKEN_FIELD and page.method == "POST":
            continue
        if not page.takes.knows(name):
            raise BadRequest("The form has a field that does not belong here.")
        if len(given.getlist(name)) > 1 and name not in page.takes.several:
            raise BadRequest("The form has a field twice.")
    if set(request.files) - page.takes.files:
        raise BadRequest("The form has a file that does not belong here.")
