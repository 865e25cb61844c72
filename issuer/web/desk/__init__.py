"""The desk: the institution's own side, where people sign in. `docs/desk.md` says how to add to it.

- `registry`: every page with the roles that may open it, in one table;
- `guard`: what is asked of every request before a page sees it;
- `desk`: what a page has at hand, and who is asking;
- `pages/`: the pages, one subject a file.
"""

from __future__ import annotations

from issuer.web.desk.app import desk_app, mount, routes_and_roles
from issuer.web.desk.desk import Desk, current, desk, say
from issuer.web.desk.registry import ANYONE, EVERY_ROLE, Page, Pages, Takes

__all__ = [
    "ANYONE",
    "EVERY_ROLE",
    "Desk",
    "Page",
    "Pages",
    "Takes",
    "current",
    "desk",
    "desk_app",
    "mount",
    "routes_and_roles",
    "say",
]
