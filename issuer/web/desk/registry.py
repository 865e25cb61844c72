"""Which pages there are, who may open each, and what each takes: one table, held by the guard.

A page module makes a `Pages`, and `app.ROOMS` lists the modules. A page that names no roles cannot
be made; a field that a page does not declare is refused before the page sees it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, Final

from issuer.store import Role

__all__ = ["ANYONE", "EVERY_ROLE", "NOTHING", "Page", "Pages", "Takes"]

#: For pages that need no sign-in: those by which people come in.
ANYONE: Final[frozenset[Role]] = frozenset()
#: For pages that everybody who signed in may open.
EVERY_ROLE: Final = frozenset(Role)

View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Takes:
    """What a page takes: of a form if it is posted to, of the address' query if it is read.

    Each field once; `several` are those that may come more than once, `files` are uploads, and
    `like` describes the names of fields that a form has many of.
    """

    fields: frozenset[str] = frozenset()
    several: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    like: re.Pattern[str] | None = None

    def knows(self, name: str) -> bool:
        """Whether a field of that name belongs here."""
        if name in self.fields or name in self.several:
            return True
        return self.like is not None and self.like.fullmatch(name) is not None


NOTHING: Final = Takes()


@dataclass(frozen=True, slots=True)
class Page:
    """One page: an address below `/desk`, a method, and who may open it there.

    `nav` is what it is called in the navigation, if it stands there.
    """

    rule: str
    method: str
    name: str
    roles: frozenset[Role]
    anyone: bool
    takes: Takes
    nav: str | None
    view: View

    def open_to(self, roles: Collection[Role]) -> bool:
        """Whether somebody with these roles may open it."""
        return self.anyone or not self.roles.isdisjoint(roles)


class Pages:
    """The pages of one subject, in the order in which they are made."""

    def __init__(self) -> None:
        self._pages: list[Page] = []

    def __iter__(self) -> Iterator[Page]:
        return iter(self._pages)

    def page(
        self,
        rule: str,
        *,
        roles: Collection[Role],
        method: str = "GET",
        takes: Takes = NOTHING,
        nav: str | None = None,
        name: str | None = None,
    ) -> Callable[[View], View]:
        """Make the function below it a page; its name, or `name`, is what `url_for` asks for."""
        if method not in {"GET", "POST"}:
            raise ValueError(f"a page is read (GET) or sent to (POST), got {method}")

        def made(view: View) -> View:
            self._pages.append(
                Page(
                    rule,
                    method,
                    name or view.__name__,
                    frozenset(roles),
                    roles is ANYONE,
                    takes,
                    nav,
                    view,
                )
            )
            return view

        return made
