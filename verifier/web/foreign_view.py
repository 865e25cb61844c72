"""A verified credential of another system as a page shows it: from its signed statements alone.

Whatever such a credential says is somebody else's text. It is cleaned like every text from outside,
named by the words of its own vocabulary, and never a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from contexts.generic import Listed, Node, Property, Reference, Value
from contexts.generic.tree import Item
from verifier.languages import Phrase
from verifier.report import VerifiedForeign
from verifier.resolve import place_of
from verifier.web.plain import Day, clean, day, line
from verifier.web.shown import PartyView

__all__ = ["AchievementView", "EntryView", "ForeignView", "ItemView", "SubjectView", "foreign_view"]

_BADGES: Final = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
_LEARNER_RECORDS: Final = "https://purl.imsglobal.org/spec/vc/clr/vocab.html#"
_CREDENTIALS: Final = "https://www.w3.org/2018/credentials#"
_SCHEMA: Final = "https://schema.org/"
#: What joins a subject to an achievement, now and in the editions before 3.0.3.
_ACHIEVEMENT: Final = (f"{_BADGES}achievement", f"{_BADGES}achievement-0")
#: What known kinds are called in a sentence.
_KINDS: Final = {
    f"{_BADGES}OpenBadgeCredential": Phrase("Open Badge"),
    f"{_BADGES}EndorsementCredential": Phrase("endorsement"),
    f"{_LEARNER_RECORDS}ClrCredential": Phrase("learner record"),
}
#: What the page says in full elsewhere, above its list of everything.
_TOLD: Final = frozenset(
    f"{_CREDENTIALS}{name}"
    for name in ("validFrom", "validUntil", "issuanceDate", "expirationDate")
)
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DATA: Final = re.compile(r"data:([a-z]+/[a-z0-9.+-]+)[;,]", re.IGNORECASE)
#: How much is shown: entries in all, and how deep they nest. More stands in the document itself.
_MOST: Final = 400
_DEEPEST: Final = 12


@dataclass(frozen=True, slots=True)
class ItemView:
    """One value: a text, perhaps in a language; or a thing, with its kinds and what is said of it.

    `address` says that the text is an address, which no reader should translate.
    """

    text: str | None = None
    language: str | None = None
    address: bool = False
    kinds: tuple[str, ...] = ()
    entries: tuple[EntryView, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryView:
    """What is said in one respect."""

    label: str
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True)
class SubjectView:
    """Whom or what the credential is about: a name if it gives one, and what identifies them."""

    name: str | None
    identifier: str | None


@dataclass(frozen=True, slots=True)
class AchievementView:
    """What somebody achieved, as Open Badges have it."""

    name: str
    description: str | None
    criteria: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class ForeignView:
    """Everything that a page shows of a verified credential of another system.

    `more` is how many entries were left out of `entries`; `holds_others` says that there are other
    credentials within it, whose own signatures nobody looked at.
    """

    kind: str
    kinds: tuple[str, ...]
    title: str | None
    address: str | None
    version: str
    issuer: PartyView
    issuer_did: str
    issued: Day | None
    expires: Day | None
    subjects: tuple[SubjectView, ...]
    achievements: tuple[AchievementView, ...]
    entries: tuple[EntryView, ...]
    more: int
    holds_others: bool


def foreign_view(verified: VerifiedForeign) -> ForeignView:
    """The view of a credential whose signature was verified.

    Raises TypeError for anything else: what no signature covers cannot be shown.
    """
    if not isinstance(verified, VerifiedForeign):
        raise TypeError(f"only a VerifiedForeign can be shown, got {type(verified).__name__}")
    credential = verified.credential
    place = place_of(credential.issuer)
    name = line(credential.issuer_name) if credential.issuer_name else None
    telling = _Telling()
    root = credential.root
    entries = telling.entries(one for one in root.properties if one.iri not in _TOLD)
    return ForeignView(
        kind=next((_KINDS[one.id] for one in root.types if one.id in _KINDS), Phrase("credential")),
        kinds=tuple(_words(name) for name in credential.types if ":" not in name),
        title=line(credential.name) if credential.name else None,
        address=_one_line(credential.id),
        version=credential.version,
        issuer=PartyView(name or line(place, longest=1024), line(place, longest=1024)),
        issuer_did=line(credential.issuer, longest=1024),
        issued=_day(credential.valid_from),
        expires=_day(credential.valid_until),
        subjects=tuple(_subject(one) for one in credential.subjects),
        achievements=tuple(_achievements(credential.subjects)),
        entries=entries,
        more=telling.left_out,
        holds_others=any(_holds_credential(one) for one in root.properties),
    )


class _Telling:
    """One walk through what is said, up to a limit; what lies beyond is counted."""

    def __init__(self) -> None:
        self._told = 0
        self.left_out = 0

    def entries(self, said: Iterable[Property], depth: int = 0) -> tuple[EntryView, ...]:
        made = []
        for one in said:
            if self._told >= _MOST or depth >= _DEEPEST:
                self.left_out += 1
                continue
            self._told += 1
            items = one.values[: _MOST - self._told]
            self.left_out += len(one.values) - len(items)
            label = _words(one.label) if one.label else line(one.iri, longest=300)
            made.append(EntryView(label, tuple(self._item(item, depth) for item in items)))
        return tuple(made)

    def _item(self, item: Item, depth: int) -> ItemView:
        self._told += 1
        match item:
            case Value():
                return _text(item)
            case Reference():
                return ItemView(_address(item.id), address=True)
            case Listed():
                within = Property("", None, item.items)
                return ItemView(entries=self.entries([within], depth + 1))
        return ItemView(
            _address(item.id) if item.id else None,
            address=True,
            kinds=tuple(_words(one.label or one.id) for one in item.types),
            entries=self.entries(item.properties, depth + 1),
        )


def _holds_credential(said: Property) -> bool:
    """Whether there is a credential anywhere in what is said."""
    waiting: list[Item] = list(said.values)
    while waiting:
        item = waiting.pop()
        if isinstance(item, Node):
            if item.is_a(f"{_CREDENTIALS}VerifiableCredential"):
                return True
            waiting.extend(value for one in item.properties for value in one.values)
        elif isinstance(item, Listed):
            waiting.extend(item.items)
    return False


def _text(value: Value) -> ItemView:
    shown = _address(value.text) if value.text.startswith("data:") else clean(value.text)
    return ItemView(shown, value.language)


def _address(text: str) -> str:
    """An address; of one that holds a whole picture, only what it holds."""
    data = _DATA.match(text)
    return (
        Phrase("{kind} in the credential itself", kind=data[1])
        if data
        else line(text, longest=1024)
    )


def _subject(item: Item) -> SubjectView:
    if isinstance(item, Reference):
        return SubjectView(None, _address(item.id))
    if not isinstance(item, Node):
        return SubjectView(None, None)
    given, family = _said(item, "givenName"), _said(item, "familyName")
    name = _said(item, "name") or " ".join(part for part in (given, family) if part)
    return SubjectView(line(name) if name else None, _one_line(item.id))


def _achievements(subjects: Iterable[Item]) -> Iterator[AchievementView]:
    """The achievements of Open Badges: those whose type says so, wherever a subject has them."""
    for subject in subjects:
        if not isinstance(subject, Node):
            continue
        for one in (item for iri in _ACHIEVEMENT for item in subject.all(iri)):
            if not isinstance(one, Node) or not one.is_a(f"{_BADGES}Achievement"):
                continue
            criteria = next((c for c in one.all(f"{_BADGES}Criteria") if isinstance(c, Node)), None)
            narrative = _first(criteria, f"{_BADGES}narrative") if criteria else None
            described = _said(one, "description")
            yield AchievementView(
                line(_said(one, "name") or Phrase("An achievement without a name")),
                clean(described) if described else None,
                clean(narrative) if narrative else None,
                _one_line(one.id),
            )


def _said(node: Node, name: str) -> str | None:
    return _first(node, f"{_SCHEMA}{name}")


def _first(node: Node, iri: str) -> str | None:
    return next((one.text for one in node.all(iri) if isinstance(one, Value)), None)


def _one_line(text: str | None) -> str | None:
    return _address(text) if text else None


def _day(moment: datetime | None) -> Day | None:
    return day(moment.date()) if moment else None


def _words(name: str) -> str:
    """A term of a vocabulary as words: `credentialSubject` as `Credential subject`."""
    if ":" in name:
        return line(name, longest=300)
    parts = _CAMEL.sub(" ", line(name, longest=120)).split()
    lowered = [part if part.isupper() else part.lower() for part in parts]
    text = " ".join(lowered)
    return text[:1].upper() + text[1:]
