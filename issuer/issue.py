"""The issuing cycle: nothing is issued twice, nothing is lost, nothing leaves that we would refuse.

1. Reserve: an unguessable id and a place in the status lists, under the idempotency key, with what
   was asked.
2. Store: exactly what will be signed.
3. Sign the status lists that it names, where they need it; sign it, and verify with our own
   verifier.
4. Store the signed bytes.
5. Publish.

From the signature on, the steps are those of `issuer.batch` with one paper. Each step is one
transaction that is on the disk before the next begins. A kill at any point leaves a document that
`resume` (or the same request again) takes up where it stands: a reserved one is completed, a stored
one is signed (the same bytes, so at most one document comes of it), a signed one is published. A
document that our verifier refuses stays stored and is never signed into the records, until
`discard` erases it; its place in the lists stays used.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from contexts import strict_json
from issuer.acts import document_act
from issuer.batch import Batch
from issuer.completing import Completion, Describe, encoded, kind_of
from issuer.errors import IssuerError
from issuer.four_eyes import Approval
from issuer.four_eyes import insist as insist_on_approval
from issuer.home import Home
from issuer.paper_index import cohort_of
from issuer.self_check import SelfCheck
from issuer.signing import insist_on_named, parsed, proofs_on, signers_on
from issuer.status import places
from issuer.status.publication import Publication
from issuer.store import AuditEntry, Document, DocumentState, Share, StatusPlace

if TYPE_CHECKING:  # only those who hand one in need it
    from verifier.service import Verifier

__all__ = ["Issued", "Issuing"]


@dataclass(frozen=True, slots=True)
class Issued:
    """A published document: its address, its exact bytes, and whether it was there before."""

    address: str
    body: bytes
    kind: str
    again: bool


_BEGUN = (DocumentState.RESERVED, DocumentState.STORED, DocumentState.SIGNED)
_REFUSALS = frozenset({"not_issuable", "would_not_verify"})
_TRIES = 8  # at reserving, against workers who do the same at the same moment


def _nowhere(_point: str) -> None:
    """No fail point."""


class Issuing:
    """Issues for the institutions of one home.

    `clock` and `random` are those of the program; `at_point` is called with the name of each point
    before and after a write, a signature and a publication, for tests that stop there. `others`
    describes institutions that a draft names and this home does not hold. `approval` is that of the
    person who signs, where the institution's rule asks for one (`issuer.four_eyes`).
    """

    def __init__(
        self,
        home: Home,
        *,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
        at_point: Callable[[str], None] = _nowhere,
        actor: str = "operator",
        others: Describe | None = None,
        approval: Approval | None = None,
    ) -> None:
        self._home = home
        self._clock = clock
        self._random = random
        self._at = at_point
        self._actor = actor
        self._others = others
        self._approval = approval
        self._lists = Publication(home, clock=clock, at_point=at_point, actor=actor)

    def issue(
        self, draft: Mapping[str, Any], *, institution: str, key: str | None = None
    ) -> Issued:
        """Issue a draft for an institution.

        `key` is the idempotency key; without one, the draft itself is it, so that the same draft
        asked for twice is issued once. Raises IssuerError: `unknown_institution`, `unknown_paper`,
        `key_used` (the key stands for another draft), `not_issuable` (the closed model refuses it,
        with the place, or it names a status list), `would_not_verify`, `second_person_needed`;
        nothing is signed then.
        """
        slug = self._home.records.institution(institution).slug
        asked = json.dumps(draft, ensure_ascii=False, sort_keys=True).encode()
        digest = hashlib.sha256(asked).hexdigest()
        row, again = self._reserve(slug, key or digest, digest, asked, draft)
        return self._carry_on(row.id, again=again)

    def accept(self, body: bytes, *, partners: Verifier | None = None) -> Issued:
        """Take back a document of this home with more signatures than it had.

        It must say exactly what was issued, and hold at least the proofs that are here; each new
        one must be good, by somebody whom the document asks to sign. `partners` is the verifier
        that can have the keys of those who signed elsewhere; without one, only the signatures of
        institutions here and of keys that are their own identifier can be tried.

        Raises IssuerError: `not_a_paper`, `unknown_document`, `other_content`, `proofs_missing`,
        `bad_proofs`, `not_named` (a signature that it does not ask for), `would_not_verify`,
        `signature_not_checked` (the keys of a signer could not be had), `changed_meanwhile`
        (another signature was taken in at the same time).
        """
        document = parsed(body)
        token = str(document.get("id", "")).rpartition("/")[2]
        with self._home.store.read() as session:
            row = session.get(Document, token)
        if row is None or row.signed is None or document.get("id") != self._address(token):
            raise IssuerError("unknown_document", "This document was not issued here.")
        before = strict_json.parse(row.signed)
        if {**document, "proof": None} != {**before, "proof": None}:
            raise IssuerError(
                "other_content", "It does not say what was issued here: only proofs may be added."
            )
        proofs, kept = proofs_on(document), proofs_on(before)
        if not all(proof in proofs for proof in kept):
            raise IssuerError("proofs_missing", "A signature that was on it is gone.")
        if len(proofs) == len(kept):
            # Printed codes hold the digest of the exact bytes: nothing new, so nothing rewritten.
            return Issued(self._address(token), row.signed, row.kind, True)
        moment = self._clock()
        insist_on_named(document)
        check = SelfCheck(
            self._home,
            row.institution,
            lists=self._lists.signed_for(token),
            also=signers_on(document),
            partners=partners,
        )
        check.insist(body, at=moment)
        with self._home.store.write() as session:
            current = session.get(Document, token)
            if current is None or current.signed != row.signed:
                raise IssuerError(
                    "changed_meanwhile",
                    "Another signature was added at the same time: add this one to the document "
                    "as it is now.",
                )
            current.signed = body
            current.sha256 = hashlib.sha256(body).hexdigest()
            session.add(
                self._act(row.institution, "signature added", token, current.sha256, moment)
            )
        return Issued(self._address(token), body, row.kind, False)

    def resume(self) -> list[Issued]:
        """Take up every document that was begun and not published, the oldest first.

        One that is refused holds up no other: it stays as it is, and the first such refusal
        (`not_issuable`, `would_not_verify`) is raised when all the rest are published.
        """
        with self._home.store.read() as session:
            begun: Sequence[str] = session.scalars(
                select(Document.id).where(Document.state.in_(_BEGUN)).order_by(Document.created_at)
            ).all()
        done: list[Issued] = []
        refused: list[IssuerError] = []
        for token in begun:
            try:
                done.append(self._carry_on(token, again=True))
            except IssuerError as error:
                # Anything else (no key, no database) would stop the others as well.
                if error.code not in _REFUSALS:
                    raise
                refused.append(error)
        if refused:
            raise refused[0]
        return done

    def discard(self, token: str) -> None:
        """Erase a document that was begun and never published, with all that was written in it.

        Its place in the status lists stays used. Raises IssuerError: `unknown_document`,
        `published_already`.
        """
        with self._home.store.write() as session:
            row = session.get(Document, token)
            if row is None or row.state is DocumentState.ERASED:
                raise IssuerError("unknown_document", "There is no such document here.")
            if row.state is DocumentState.PUBLISHED:
                raise IssuerError(
                    "published_already",
                    "It is published, and somebody may hold it: withdraw it with `ecvet revoke`.",
                )
            place = session.scalar(select(StatusPlace).where(StatusPlace.document == token))
            if place is not None:
                place.document = None
            session.execute(delete(Share).where(Share.document == token))
            session.delete(row)
            session.add(self._act(row.institution, "draft discarded", token, None, self._clock()))
        self._home.store.empty_journal()

    def _reserve(
        self, slug: str, key: str, digest: str, asked: bytes, draft: Mapping[str, Any]
    ) -> tuple[Document, bool]:
        kind = kind_of(draft)
        # What can be refused is refused before anything is reserved.
        if "credentialStatus" in draft:
            raise IssuerError(
                "not_issuable", "Leave out `credentialStatus`: a place is drawn for the paper here."
            )
        self._completed(slug, draft, f"{self._home.settings.base_url}/credentials/{'0' * 32}")
        self._at("before reserve")
        for _ in range(_TRIES - 1):
            try:
                reserved = self._reserved_now(slug, key, digest, asked, kind)
                break
            except IssuerError as error:
                # Another worker took the same key, place or new group at the same moment.
                if error.code != "store_conflict":
                    raise
        else:
            reserved = self._reserved_now(slug, key, digest, asked, kind)
        if not reserved[1]:
            self._at("after reserve")
        return reserved

    def _reserved_now(
        self, slug: str, key: str, digest: str, asked: bytes, kind: str
    ) -> tuple[Document, bool]:
        with self._home.store.write() as session:
            known = session.scalar(
                select(Document).where(
                    Document.institution == slug, Document.idempotency_key == key
                )
            )
            if known is not None:
                if known.state is DocumentState.ERASED:
                    raise IssuerError(
                        "erased", "This paper was erased for its person, and is not issued again."
                    )
                if known.draft_digest != digest:
                    raise IssuerError(
                        "key_used", f"The key {key!r:.80} was used for another document already."
                    )
                return known, True
            insist_on_approval(session, slug, self._approval)
            at = self._clock()
            row = Document(
                id=self._random(16).hex(),
                institution=slug,
                idempotency_key=key,
                kind=kind,
                state=DocumentState.RESERVED,
                draft_digest=digest,
                draft=asked,
                created_at=at,
            )
            session.add(row)
            if places.has_status(kind):
                places.draw(session, slug, row.id, at=at, random=self._random)
        return row, False

    def _carry_on(self, token: str, *, again: bool) -> Issued:
        while True:
            with self._home.store.read() as session:
                row = session.get(Document, token)
            if row is None or row.state is DocumentState.ERASED:
                raise IssuerError("unknown_document", "There is no such document here.")
            if row.state is DocumentState.PUBLISHED:
                return Issued(self._address(token), row.signed or b"", row.kind, again)
            try:
                self._step(row)
            except IssuerError as error:
                if error.code not in _REFUSALS:
                    raise
                raise IssuerError(
                    error.code,
                    f"{error} The draft is kept: `ecvet discard {token}` erases it.",
                ) from error

    def _step(self, row: Document) -> None:
        match row.state:
            case DocumentState.RESERVED:
                self._store(row)
            case DocumentState.STORED:
                # Published before any paper that names them.
                self._lists.keep_up(row.institution)
                self._sign(row)
            case DocumentState.SIGNED:
                self._publish(row)

    def _store(self, row: Document) -> None:
        draft = strict_json.parse(row.draft or b"")
        document = self._completed(
            row.institution, {**draft, **self._status(row)}, self._address(row.id)
        )
        self._at("before store")
        with self._home.store.write() as session:
            current = session.get(Document, row.id)
            if current is not None and current.state is DocumentState.RESERVED:
                current.unsigned = encoded(document)
                current.draft = None
                current.state = DocumentState.STORED
        self._at("after store")

    def _sign(self, row: Document) -> None:
        batch = self._batch(row.institution)
        signer = batch.signer()
        with self._home.store.write() as session:
            current = session.get(Document, row.id)
            if current is not None and current.state is DocumentState.STORED:
                for one in batch.sign(session, [row.id], signer):
                    if one.refusal is not None:
                        raise one.refusal
        self._at("after keeping the signature")

    def _publish(self, row: Document) -> None:
        self._at("before publish")
        with self._home.store.write() as session:
            current = session.get(Document, row.id)
            if current is not None and current.state is DocumentState.SIGNED:
                cohort = cohort_of(session, row.id)
                self._batch(row.institution).publish(session, [row.id], cohort=cohort)
        self._at("after publish")

    def _batch(self, slug: str) -> Batch:
        """The steps from the signature on, for one paper as for many."""
        return Batch(
            self._home,
            slug,
            clock=self._clock,
            random=self._random,
            at_point=self._at,
            actor=self._actor,
        )

    def _completed(self, slug: str, draft: Mapping[str, Any], address: str) -> dict[str, Any]:
        """The document of a draft, held against its closed model."""
        completion = Completion(self._home, slug, others=self._others)
        return completion.document(draft, address=address, at=self._clock())

    def _status(self, row: Document) -> dict[str, Any]:
        """`credentialStatus` of a reserved document, by the place that was drawn for it."""
        with self._home.store.read() as session:
            place = session.scalar(select(StatusPlace).where(StatusPlace.document == row.id))
        if place is None:
            return {}
        base = self._home.settings.base_url
        named = places.entries(place, row.kind, base_url=base, address=self._address(row.id))
        return {"credentialStatus": named}

    def _act(
        self, slug: str, action: str, token: str, digest: str | None, at: datetime
    ) -> AuditEntry:
        return document_act(slug, self._actor, action, token, digest=digest, at=at)

    def _address(self, token: str) -> str:
        return f"{self._home.settings.base_url}/credentials/{token}"
