"""What a case in a table is, and the ways to change a draft."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.chain_papers import Builder, Chain
from tests.world import NOW
from verifier.findings import placeholders
from verifier.policy import Policy
from verifier.report import Finding, Report

__all__ = [
    "HOLDERS",
    "Case",
    "add",
    "assert_found",
    "codes_of",
    "drop",
    "every",
    "expected_codes",
    "found_in",
    "put",
    "summary",
]

Change = Callable[[Any], None]
#: The codes of the untouched chain's transcript, shown with its agreement and its statement.
GOOD = frozenset(
    {
        "document_read",
        "terms_defined",
        "signature_valid",
        "issuer_in_memorandum",
        "competence_in_memorandum",
        "memorandum_in_force",
        "achieved_as_agreed",
        "units_as_specified",
        "points_as_specified",
        "status_none",
        "in_force",
        "schema_none",
        "recognised",
        "holder_compare",
    }
)


#: What is said of the holder, which follows from the kind of paper alone.
HOLDERS = {
    "holder_compare": ("transcript", "agreement", "statement"),
    "holder_compare_name": ("certificate",),
    "holder_none": ("memorandum", "specification"),
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One change from the good chain, and everything that is then found otherwise.

    `finds` is (check, outcome, code, verdict); `besides` the codes that the same change brings in
    other checks, or in the same. A code of the good chain that is missing without a successor of
    its check, and any other code, fails the case.
    """

    finds: tuple[str, str, str, str]
    besides: frozenset[str] = frozenset()
    change: Mapping[str, Change] = field(default_factory=dict)
    signers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    issuers: Mapping[str, str] = field(default_factory=dict)
    tamper: Mapping[str, Change] = field(default_factory=dict)
    chain: Mapping[str, Any] = field(default_factory=dict)
    after: Callable[[Chain], None] = lambda chain: None
    about: str = "transcript"
    together: tuple[str, ...] = ("agreement", "statement")
    at: datetime = NOW
    policy: Policy = field(default_factory=Policy)

    def report(self) -> Report:
        """Build the changed chain and verify."""
        chain = Builder(
            change=dict(self.change),
            signers=dict(self.signers),
            issuers=dict(self.issuers),
            tamper=dict(self.tamper),
            **self.chain,
        ).build()
        self.after(chain)
        together = [chain.body(name) for name in self.together]
        body = chain.body(self.about)
        return chain.world.verify(body, *together, at=self.at, policy=self.policy)


def found_in(report: Report) -> list[Finding]:
    """Every finding of a report, those under `also` too."""
    return [one for found in report.checks for one in (found, *found.also)]


def assert_found(report: Report, finds: tuple[str, str, str, str]) -> None:
    """The report ends so, and every word that it says has its fact."""
    check, outcome, code, verdict = finds
    found = report.check(check)
    assert (found.name, found.outcome.value, found.code) == (check, outcome, code), summary(report)
    assert report.verdict.value == verdict, summary(report)
    for one in found_in(report):
        missing = {name for name in placeholders(one.code) if not one.facts.get(name)}
        assert not missing, f"{one.code} is said without {missing}"
        said = one.to_json()
        for part in ("title", "detail", "advice"):
            assert "Traceback" not in said[part]
            assert ".." not in said[part].replace("...", ""), said[part]
    assert (report.credential is None) == any(
        one.code == "validity_not_reached" for one in found_in(report)
    )


def summary(report: Report) -> str:
    """The report's codes, for the message of a failing case."""
    lines = [f"{one.name} {one.outcome.value} {one.code}" for one in found_in(report)]
    return "\n".join([report.verdict.value, *lines])


def codes_of(report: Report) -> frozenset[str]:
    """The codes by which a report differs from that of the good chain; none that only say that
    a check was not reached, or what kind of paper it is about whom.
    """
    codes = {one.code for one in found_in(report)} - GOOD - HOLDERS.keys()
    return frozenset(code for code in codes if not code.endswith("_not_reached"))


_STEP = re.compile(r"[A-Za-z@]+|[0-9]+")


def _reach(node: Any, path: str) -> tuple[Any, Any]:
    *steps, last = [int(step) if step.isdigit() else step for step in _STEP.findall(path)]
    for step in steps:
        node = node[step]
    return node, last


def put(values: Mapping[str, Any] | None = None, **more: Any) -> Change:
    """Set members of a draft's subject, by paths such as `partner[0].party`."""

    def change(subject: Any) -> None:
        for path, value in {**(values or {}), **more}.items():
            node, last = _reach(subject, path)
            node[last] = copy.deepcopy(value)

    return change


def drop(*paths: str) -> Change:
    """Take members out."""

    def change(subject: Any) -> None:
        for path in paths:
            node, last = _reach(subject, path)
            del node[last]

    return change


def add(path: str, *items: Any) -> Change:
    """Append items to a list."""

    def change(subject: Any) -> None:
        node, last = _reach(subject, path)
        node[last].extend(copy.deepcopy(list(items)))

    return change


def every(*changes: Change) -> Change:
    """Several changes, in their order."""

    def change(subject: Any) -> None:
        for one in changes:
            one(subject)

    return change


def expected_codes(cases: Iterable[Case]) -> frozenset[str]:
    """Every code that a table of cases expects."""
    return frozenset(code for case in cases for code in (case.finds[2], *case.besides))
