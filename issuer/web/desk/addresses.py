"""Addresses of the desk as people outside it need them."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from issuer.web.desk.desk import desk

__all__ = ["desk_address", "outside"]

_INVITATION = "/desk/invitation/"


def outside(endpoint: str, **values: Any) -> str:
    """The whole address of a page, under the home's own address.

    Where the desk is opened on the machine itself, before the home's address leads to it, links
    are to work there too.
    """
    here = request.host.partition(":")[0] in {"localhost", "127.0.0.1", "[::1]"}
    base = request.host_url.rstrip("/") if here else desk().home.settings.base_url
    return base + url_for(endpoint, **values)


def desk_address(base: str, secret: str) -> str:
    """The address of an invitation, for whoever prints it where no request is under way."""
    return f"{base}{_INVITATION}{secret}"
