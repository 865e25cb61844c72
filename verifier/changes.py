"""What a corrected paper says otherwise than the one that it replaces, unit by unit.

Both are shown only where both were given together, both are sound, and the newer one names the
older by its digest and has the same issuer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from contexts.documents import Paper, to_json
from verifier.examine import examine
from verifier.policy import Policy
from verifier.sources import Sources

__all__ = ["changes_between", "superseded_paper"]

_Json = Mapping[str, Any]
#: By word: what is said, as text, and all that stands there, in a form made to be compared.
_Facts = dict[str, tuple[str | None, str]]


def superseded_paper(paper: Paper, *, sources: Sources, policy: Policy) -> Paper | None:
    """The older paper that this verified one replaces, if it is at hand and may be shown."""
    reference = getattr(paper.credential_subject, "supersedes", None)
    identity = getattr(reference, "id", None)
    body = sources.at_hand(identity) if isinstance(identity, str) else None
    if body is None or reference is None:
        return None
    examined = examine(body, sources=sources, policy=policy)
    older = examined.paper
    if older is None or not examined.sound or type(older) is not type(paper):
        return None
    same = examined.digest == reference.digest and older.id == identity
    return older if same and older.issuer.id == paper.issuer.id else None


def changes_between(older: Paper, newer: Paper) -> tuple[Mapping[str, Any], ...]:
    """One row for each thing that the newer of two papers of one kind says otherwise.

    A row has `unit` (the unit's address, None for what concerns the whole paper), `title` (the
    unit's), `what` (a word such as `points`, `grade`, `unit`), and `before` and `after` as text:
    None where there was nothing. `details` stands for all that has no word of its own; its texts
    are None.
    """
    before, after = to_json(older), to_json(newer)
    rows = _rows(None, None, _of_paper(before), _of_paper(after))
    units_before, units_after = _units(before), _units(after)
    for address in dict.fromkeys([*units_before, *units_after]):
        old, new = units_before.get(address), units_after.get(address)
        if old is None or new is None:
            title = str((old or new or {})["title"][0])
            there: _Facts = {"unit": (title, title)}
            nowhere: _Facts = {}
            rows += _rows(address, title, there if old else nowhere, there if new else nowhere)
        else:
            rows += _rows(address, new["title"][0], old, new)
    return tuple(rows)


def _rows(
    unit: str | None, title: str | None, before: _Facts, after: _Facts
) -> list[Mapping[str, Any]]:
    nothing = (None, "")
    rows: list[Mapping[str, Any]] = []
    details = False
    for what in dict.fromkeys([*before, *after]):
        (old, all_old), (new, all_new) = before.get(what, nothing), after.get(what, nothing)
        if old != new:
            rows.append({"unit": unit, "title": title, "what": what, "before": old, "after": new})
        details = details or (old == new and all_old != all_new)
    if details:
        rows.append({"unit": unit, "title": title, "what": _DETAILS, "before": None, "after": None})
    return rows


_DETAILS: Final = "details"


def _text(value: Any) -> str | None:
    """A value as a reader sees it: numbers of points, sentences of outcomes, names of people."""
    match value:
        case None:
            return None
        case str():
            return value
        case {"amount": amount}:
            return str(amount)
        case {"firstNames": first, **rest}:
            return " ".join(filter(None, [str(first), str(rest.get("surnames", ""))]))
        case {"mobilityStart": start, "mobilityEnd": end}:
            return f"{start} – {end}"
        case {"statement": statement}:
            return str(statement)
        case {"title": title}:
            return str(title)
        case list():
            return "; ".join(filter(None, map(_text, _in_order(value))))
    return str(value)


def _in_order(items: Iterable[Any]) -> list[Any]:
    return sorted(items, key=lambda item: int(item.get("position", 0)) if type(item) is dict else 0)


#: The members that have a word of their own, by that word.
_PAPER_WORDS: Final[Mapping[str, str]] = {
    "birthdate": "birthdate",
    "qualification": "towards",
    "total_points": "totalPoints",
    "mobility": "mobility",
    "programme": "programme",
    "workload": "workloadHours",
    "decided_on": "decidedOn",
    "awarded_on": "awardedOn",
    "note": "note",
}
_UNIT_WORDS: Final[Mapping[str, str]] = {
    "title": "achievedUnit.title",
    "result": "unitAssessment.assessmentResult",
    "points": "pointsAwarded",
    "grade": "unitAssessment.grade",
    "outcomes": "achievedUnit.outcome",
    "assessed_on": "unitAssessment.assessedOn",
    "assessors": "unitAssessment.assessor",
    "method": "unitAssessment.method",
    "place": "unitAssessment.place",
    "note": "note",
}
_DECISION_WORDS: Final[Mapping[str, str]] = {
    "title": "title",
    "result": "recognitionResult",
    "effect": "recognitionEffect",
    "points": "recognisedPoints",
    "shortened_by": "shortenedBy",
    "reason": "reason",
}
#: What a corrected paper always has otherwise, and what is looked at unit by unit.
_APART: Final = frozenset({"supersedes", "unitAchievement", "unitCount", "recognitionDecision"})


def _of_paper(paper: _Json) -> _Facts:
    subject = paper["credentialSubject"]
    facts = _facts(subject, _PAPER_WORDS, apart=_APART | {"firstNames", "surnames"})
    name = _text(subject)
    until = paper.get("validUntil")
    return {"name": (name, str(name)), **facts, "valid_until": (until, str(until))}


def _units(paper: _Json) -> dict[str, _Facts]:
    subject = paper["credentialSubject"]
    achieved = subject.get("unitAchievement", ())
    decided = subject.get("recognitionDecision", ())
    units = {one["achievedUnit"]["id"]: _facts(one, _UNIT_WORDS) for one in _in_order(achieved)}
    return units | {one["unit"]: _facts(one, _DECISION_WORDS) for one in _in_order(decided)}


def _facts(node: _Json, words: Mapping[str, str], *, apart: frozenset[str] = frozenset()) -> _Facts:
    """What a node says, by word; `details` is all the rest."""
    facts: _Facts = {}
    for word, path in words.items():
        there = _at(node, path)
        facts[word] = _text(there), repr(_rest(there, "", frozenset()))
    facts[_DETAILS] = None, repr(_rest(node, "", frozenset(words.values()) | apart))
    return facts


def _at(node: _Json, path: str) -> Any:
    value: Any = node
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _rest(value: Any, path: str, without: frozenset[str]) -> Any:
    if isinstance(value, Mapping):
        return [
            (key, _rest(item, f"{path}{key}.", without))
            for key, item in sorted(value.items())
            if f"{path}{key}" not in without and not _is_own(key, item)
        ]
    if isinstance(value, list):
        return [_rest(item, path, without) for item in _in_order(value)]
    return value


def _is_own(key: str, value: Any) -> bool:
    """Whether a member only names a place in this very document, and so differs in every other."""
    return key == "position" or (key == "id" and "#" in str(value))
