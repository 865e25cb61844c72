"""What a verification answers: outcomes, findings, verdict, report.

Verdict (in this order): any `fail` -> `not_verified`; else any `unknown` in a decisive check ->
`unconfirmed`; else any `warn` or `unknown` -> `verified_with_remarks`; else `verified`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import Any, Final

from contexts.documents import Paper, to_json
from contexts.generic import GenericCredential
from verifier.findings import CATALOGUE, Outcome, Words, words
from verifier.languages import Phrase, clause, translator

__all__ = [
    "CHECK_NAMES",
    "DECISIVE",
    "Finding",
    "Outcome",
    "Report",
    "Verdict",
    "VerifiedForeign",
    "VerifiedPaper",
    "verdict_of",
]

CHECK_NAMES: Final = (
    "format",
    "terms",
    "signature",
    "issuer",
    "competence",
    "memorandum",
    "agreement",
    "units",
    "points",
    "status",
    "validity",
    "schema",
    "recognition",
    "holder",
)
#: Checks whose "could not be checked" leaves the whole answer open.
DECISIVE: Final = frozenset({"format", "terms", "signature", "issuer", "status", "validity"})
_WORST_FIRST: Final = (
    Outcome.FAIL,
    Outcome.UNKNOWN,
    Outcome.WARN,
    Outcome.PASS,
    Outcome.NOT_APPLICABLE,
)


class Verdict(Enum):
    """The answer in one word."""

    VERIFIED = "verified"
    VERIFIED_WITH_REMARKS = "verified_with_remarks"
    UNCONFIRMED = "unconfirmed"
    NOT_VERIFIED = "not_verified"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: a code of the catalogue and the facts that its words speak of.

    `also` holds further findings of the same check, no worse than this one.
    """

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)
    also: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        if self.code not in CATALOGUE:
            raise ValueError(f"the catalogue of findings has no code {self.code!r}")
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    @property
    def name(self) -> str:
        """The check that finds this."""
        return CATALOGUE[self.code].check

    @property
    def outcome(self) -> Outcome:
        """How that check ended."""
        return CATALOGUE[self.code].outcome

    def words(self) -> Words:
        """What it says, as phrases that a page says in its own language."""
        return words(self.code, self.facts)

    def to_json(self, *, language: str | None = None) -> dict[str, Any]:
        """The finding with its words, for programs and pages; in English where no language is
        asked for, with days as programs write them.
        """
        said = words(self.code, self.facts, language)
        plain: dict[str, Any] = {
            "name": self.name,
            "outcome": self.outcome.value,
            "code": self.code,
            "title": said.title,
            "detail": said.detail,
            "advice": said.advice,
            "ask": said.ask,
        }
        if self.also:
            plain["also"] = [
                {
                    key: value
                    for key, value in more.to_json(language=language).items()
                    if key != "name"
                }
                for more in self.also
            ]
        return plain


def gathered(findings: Iterable[Finding]) -> Finding:
    """One finding for one check: the worst first, the others in `also`, in the order found."""
    ordered = sorted(findings, key=lambda found: _WORST_FIRST.index(found.outcome))
    if not ordered:
        raise ValueError("a check that found nothing has not run")
    first, *rest = ordered
    return Finding(first.code, first.facts, tuple(rest))


def told(finding: Finding) -> Phrase:
    """A finding within the words of another: its title and what it means."""
    said = finding.words()
    return Phrase("{title}: {detail}", title=said.title, detail=clause(said.detail))


_SEAL: Final = object()


@dataclass(frozen=True, slots=True, init=False)
class VerifiedPaper:
    """A paper whose signature was verified. Only `verify` can make one."""

    paper: Paper

    def __init__(self, paper: Paper, *, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("verified content comes from verify() alone")
        object.__setattr__(self, "paper", paper)

    def to_json(self) -> dict[str, Any]:
        """The paper's members as its closed model holds them."""
        return to_json(self.paper)


@dataclass(frozen=True, slots=True, init=False)
class VerifiedForeign:
    """A credential of another system whose signature was verified. Only `verify` can make one."""

    credential: GenericCredential

    def __init__(self, credential: GenericCredential, *, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("verified content comes from verify() alone")
        object.__setattr__(self, "credential", credential)

    def to_json(self) -> dict[str, Any]:
        """What its signed statements say, as JSON in the names of its contexts."""
        return self.credential.to_json()


def seal_foreign(credential: GenericCredential) -> VerifiedForeign:
    """The same as `seal` for a credential of another system."""
    return VerifiedForeign(credential, seal=_SEAL)


def seal(paper: Paper) -> VerifiedPaper:
    """Mark a paper as verified: for `verifier.verify` alone, after its signature held."""
    return VerifiedPaper(paper, seal=_SEAL)


@dataclass(frozen=True, slots=True)
class Report:
    """The answer to one verification; holds each check exactly once.

    `chain` and `comparison` are those of `verifier.comparison`, `changes` those of
    `verifier.changes`; empty where nothing was verified.
    """

    checks: tuple[Finding, ...]
    credential: VerifiedPaper | VerifiedForeign | None
    verified_at: datetime
    chain: tuple[Mapping[str, Any], ...] = ()
    comparison: tuple[Mapping[str, Any], ...] = ()
    changes: tuple[Mapping[str, Any], ...] = ()

    def __post_init__(self) -> None:
        names = tuple(found.name for found in self.checks)
        if names != CHECK_NAMES:
            raise ValueError(f"a report holds each check once, in order; got {names}")

    @property
    def paper(self) -> Paper | None:
        """The paper of ours that was verified, if it was one."""
        return self.credential.paper if isinstance(self.credential, VerifiedPaper) else None

    @property
    def verdict(self) -> Verdict:
        """The verdict that follows from the checks."""
        return verdict_of(self.checks)

    def check(self, name: str) -> Finding:
        """The finding of one check; KeyError for a name that is no check."""
        return self.checks[CHECK_NAMES.index(name)] if name in CHECK_NAMES else _no_check(name)

    def to_json(self, *, language: str | None = None) -> dict[str, Any]:
        """The report as programs read it; its findings in a language, if one is asked for."""
        return {
            "verdict": self.verdict.value,
            "checks": [found.to_json(language=language) for found in self.checks],
            "credential": self.credential.to_json() if self.credential else None,
            "chain": [_in_language(link, language) for link in self.chain],
            "comparison": [dict(row) for row in self.comparison],
            "changes": [dict(row) for row in self.changes],
            "verified_at": self.verified_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "verifier": software(),
        }


def _in_language(link: Mapping[str, Any], language: str | None) -> dict[str, Any]:
    """A paper of the chain; why it is not good is the one thing said of it in words of ours."""
    told = dict(link)
    if language is not None and isinstance(problem := told.get("problem"), str):
        told["problem"] = translator(language).say(problem)
    return told


def _no_check(name: str) -> Finding:
    raise KeyError(name)


def verdict_of(checks: Iterable[Finding]) -> Verdict:
    """The verdict of a full set of findings."""
    outcomes = [(found.name, found.outcome) for found in checks]
    if any(outcome is Outcome.FAIL for _, outcome in outcomes):
        return Verdict.NOT_VERIFIED
    if any(outcome is Outcome.UNKNOWN and name in DECISIVE for name, outcome in outcomes):
        return Verdict.UNCONFIRMED
    if any(outcome in {Outcome.WARN, Outcome.UNKNOWN} for _, outcome in outcomes):
        return Verdict.VERIFIED_WITH_REMARKS
    return Verdict.VERIFIED


def software() -> str:
    """The name and version of this verifier, as it signs its reports."""
    try:
        return f"ecvet-credentials/{version('ecvet-credentials')}"
    except PackageNotFoundError:  # run from a source tree that was never installed
        return "ecvet-credentials/unreleased"
