"""A signed paper as a draft again: to correct it, or to write the next one like it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

__all__ = ["draft_again", "for_another_learner"]

_OF_THE_PAPER: Final = frozenset(
    {"id", "@context", "proof", "credentialStatus", "issuer", "validFrom", "supersedes"}
)
_COUNTED: Final = frozenset({"position", "unitCount", "totalPoints"})
#: Whose nodes have one type each, which is filled in again.
_PLAIN_TYPES: Final = frozenset({"PersonalTranscript"})


def draft_again(document: Mapping[str, Any]) -> dict[str, Any]:
    """The draft that a paper could have been made from: without what a machine knows better."""
    kind = document["type"][-1]
    named = Counter(_texts(document))
    base = f"{document.get('id', '')}#"

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: plain(one)
                for name, one in value.items()
                if name not in _COUNTED
                and not (name == "type" and kind in _PLAIN_TYPES)
                and not (name == "id" and "#" in str(one) and named[one] == 1)
            }
        if isinstance(value, list):
            return [plain(one) for one in value]
        if isinstance(value, str) and value.startswith(base):
            return value[len(base) - 1 :]
        return value

    draft = {name: plain(one) for name, one in document.items() if name not in _OF_THE_PAPER}
    subject = draft.get("credentialSubject")
    if isinstance(subject, dict):
        subject.pop("supersedes", None)
    return {**draft, "type": kind}


def for_another_learner(draft: Mapping[str, Any]) -> dict[str, Any]:
    """The same draft without the person whom it was about."""
    subject = draft.get("credentialSubject")
    if not isinstance(subject, dict):
        return dict(draft)
    own = {"firstNames", "surnames", "birthdate", "learnerKey", "learnerSignature"}
    subject = {name: one for name, one in subject.items() if name not in own}
    if isinstance(subject.get("mobility"), dict):
        subject["mobility"] = {
            name: one for name, one in subject["mobility"].items() if name != "mobilityCode"
        }
    return {**draft, "credentialSubject": subject}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
