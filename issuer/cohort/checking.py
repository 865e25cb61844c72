"""Every row of a sheet is checked before any is signed; all that is wrong is told at once.

A row is understood cell by cell, completed to the whole document, held against the closed model,
and then rehearsed: signed with a key that exists for this moment alone, and verified by our own
verifier as it will be. What passes here is refused later only where something has changed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from contexts.documents import read
from contexts.errors import DocumentError
from contexts.loader import bundled
from issuer.cohort.limits import SheetLimits
from issuer.cohort.mapping import EMPTY, Mapping, Said, map_headings
from issuer.cohort.members import from_json_path, place_name
from issuer.cohort.problems import Problem, SheetRefused
from issuer.cohort.sheets import Sheet
from issuer.cohort.template import Template
from issuer.completing import Completion, Describe, encoded
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.self_check import SelfCheck
from keys.algorithms import PrivateKey
from keys.did_publication import method_id
from keys.proofs import create
from keys.records import KeyRecord

__all__ = ["CheckedRow", "Checking"]

_MISSING: Final = re.compile(r"'([A-Za-z]+)' is missing")
_PERSON: Final = ("firstNames", "surnames", "birthdate")
_NOBODY: Final = "0" * 32


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row that can be signed: its number, what it says, and the idempotency key of its paper."""

    number: int
    said: Said
    key: str


class Checking:
    """Checks the rows of sheets for one template and institution.

    `progress` is called after each row. Raises IssuerError("unknown_institution").
    """

    def __init__(
        self,
        home: Home,
        template: Template,
        *,
        institution: str,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
        others: Describe | None = None,
        limits: SheetLimits | None = None,
    ) -> None:
        self._template = template
        self._clock = clock
        self._limits = limits or SheetLimits()
        slug = home.records.institution(institution).slug
        self._completion = Completion(home, slug, others=others)
        self._address = f"{home.settings.base_url}/credentials/{_NOBODY}"
        # Never kept and never published: it shows that the paper would verify, no more.
        self._key = PrivateKey.generate("Ed25519", random=random)
        record = KeyRecord(self._key.public, clock())
        self._method = method_id(home.did_of(slug), record)
        self._verifier = SelfCheck(home, slug, lists={}, keys=[record])

    def rows(
        self, sheet: Sheet, *, progress: Callable[[int], None] = lambda _: None
    ) -> Iterator[CheckedRow]:
        """The rows, each checked, as long as nothing is wrong with any before it.

        When something is, the rest is checked and then SheetRefused is raised with all that was
        found; so nothing may be kept of the rows before this has come to its end. Raises
        IssuerError also as `Sheet.rows`, and `sheet_empty`.
        """
        problems: list[Problem] = []
        persons: dict[bytes, int] = {}
        identities: dict[str, int] = {}
        mapping: Mapping | None = None
        count = 0
        for row in sheet.rows():
            if mapping is None:
                mapping, problems = map_headings(row, self._template)
                if problems:
                    break
                continue
            said, found = mapping.said(row)
            found += self._repeated(said, mapping, persons, identities)
            if not found:
                found = self._refusals(said, mapping)
            problems += found
            if len(problems) >= self._limits.problems:
                raise SheetRefused(problems[: self._limits.problems], more=True)
            count += 1
            progress(count)
            if not problems:
                yield CheckedRow(row.number, said, self._idempotency_key(said))
        if problems:
            raise SheetRefused(problems)
        if not count:
            raise IssuerError("sheet_empty", "The sheet has no row below its headings.")

    def _refusals(self, said: Said, mapping: Mapping) -> list[Problem]:
        """What the closed model or our own verifier would refuse."""
        moment = self._clock()
        try:
            draft = self._template.filled(said.cells)
            document = self._completion.filled(draft, address=self._address, at=moment)
            read(document)
        except DocumentError as error:
            return [self._of_model(error, said, mapping)]
        except IssuerError as error:
            return [mapping.problem(said.number, None, error.message)]
        proof = create(
            document,
            private_key=self._key,
            verification_method=self._method,
            created=moment,
            contexts=bundled(),
        )
        failed = self._verifier.failures(encoded({**document, "proof": proof}), at=moment)
        told = [found.to_json() for found in failed]
        return [
            mapping.problem(said.number, None, f"{one['title']}. {one['detail']}") for one in told
        ]

    def _of_model(self, error: DocumentError, said: Said, mapping: Mapping) -> Problem:
        steps = from_json_path(error.path)
        message = error.message
        if error.code == "missing_member" and (name := _MISSING.match(message)):
            steps = (*steps, name[1])
            message = EMPTY
        column = mapping.at(steps)
        if column is None:
            message = f"{place_name(steps)}: {message}; neither sheet nor template says it rightly"
        return mapping.problem(said.number, column, message)

    def _repeated(
        self,
        said: Said,
        mapping: Mapping,
        persons: dict[bytes, int],
        identities: dict[str, int],
    ) -> list[Problem]:
        """The same person twice, by number, or by names and day of birth."""
        found: list[Problem] = []
        if said.identity is not None:
            before = identities.setdefault(said.identity, said.number)
            if before != said.number:
                message = f"row {before} has the same number {said.identity!r:.60}"
                found.append(mapping.problem(said.number, None, message))
        born = "birthdate" in self._template.own
        if said.identity is not None and not born:
            return found  # two people may have one name, and their numbers tell them apart
        own = [said.cells.get(("credentialSubject", name)) or "" for name in _PERSON]
        if not any(own):
            return found
        names = json.dumps([one.casefold() for one in own]).encode()
        before = persons.setdefault(hashlib.sha256(names).digest(), said.number)
        if before != said.number:
            hint = "" if born else "; if these are two people, give each a number in a column `id`"
            message = f"this is the person of row {before} once more{hint}"
            found.append(mapping.problem(said.number, None, message))
        return found

    def _idempotency_key(self, said: Said) -> str:
        """The same for the same paper to the same person, whichever sheet it comes in."""
        content: dict[str, str | None] = {"id": said.identity}
        if said.identity is None:
            content = {place_name(steps): value for steps, value in said.cells.items()}
        plain = json.dumps([self._template.digest, content], sort_keys=True).encode()
        return f"cohort:{hashlib.sha256(plain).hexdigest()}"
