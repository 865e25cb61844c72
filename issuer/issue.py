"""The issuing cycle: nothing is issued twice, nothing is lost, nothing leaves that we would refuse.

1. Reserve: an unguessable id, under the idempotency key, with what was asked.
2. Store: exactly what will be signed.
3. Sign, and verify with our own verifier.
4. Store the signed bytes.
5. Publish.

Each step is one transaction that is on the disk before the next begins. A kill at any point leaves
a document that `resume` (or the same request again) takes up where it stands: a reserved one is
completed, a stored one is signed (the same bytes, so at most one document comes of it), a signed
one is published. A document that our verifier refuses stays stored and is never signed into the
records.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from contexts import strict_json
from contexts.documents import paper_type, read
from contexts.errors import DocumentError
from contexts.loader import bundled
from issuer.draft import complete
from issuer.errors import IssuerError
from issuer.home import Home
from issuer.records import described
from issuer.signing import parsed, proofs_on, signers_on
from issuer.store import AuditEntry, Document, DocumentState
from keys.did_publication import method_id
from keys.moments import write_moment
from keys.proofs import create
from verifier.policy import Policy
from verifier.report import Report, Verdict
from verifier.resolve import did_address
from verifier.trust import Trust
from verifier.verify import Surroundings, verify

__all__ = ["Issued", "Issuing"]


@dataclass(frozen=True, slots=True)
class Issued:
    """A published document: its address, its exact bytes, and whether it was there before."""

    address: str
    body: bytes
    kind: str
    again: bool


def _nowhere(_point: str) -> None:
    """No fail point."""


class Issuing:
    """Issues for the institutions of one home.

    `clock` and `random` are those of the program; `at_point` is called with the name of each point
    before and after a write, a signature and a publication, for tests that stop there. `others`
    describes institutions that a draft names and this home does not hold.
    """

    def __init__(
        self,
        home: Home,
        *,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
        at_point: Callable[[str], None] = _nowhere,
        actor: str = "operator",
        others: Callable[[str], Mapping[str, Any]] | None = None,
    ) -> None:
        self._home = home
        self._clock = clock
        self._random = random
        self._at = at_point
        self._actor = actor
        self._others = others

    def issue(
        self, draft: Mapping[str, Any], *, institution: str, key: str | None = None
    ) -> Issued:
        """Issue a draft for an institution.

        `key` is the idempotency key; without one, the draft itself is it, so that the same draft
        asked for twice is issued once. Raises IssuerError: `unknown_institution`, `unknown_paper`,
        `key_used` (the key stands for another draft), `not_issuable` (the closed model refuses it,
        with the place), `would_not_verify`; nothing is signed then.
        """
        slug = self._home.records.institution(institution).slug
        asked = json.dumps(draft, ensure_ascii=False, sort_keys=True).encode()
        digest = hashlib.sha256(asked).hexdigest()
        row, again = self._reserve(slug, key or digest, digest, asked, draft)
        return self._carry_on(row.id, again=again)

    def accept(self, body: bytes) -> Issued:
        """Take back a document of this home with more signatures than it had.

        It must say exactly what was issued, and hold at least the proofs that are here. Who has
        signed rightly is for every verifier to see; a proof that does not fit is refused here.

        Raises IssuerError: `not_a_paper`, `unknown_document`, `other_content`, `proofs_missing`,
        `bad_proofs`, `would_not_verify`, `changed_meanwhile` (another signature was taken in at
        the same time).
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
        self._insist(row.institution, body, moment, signers_on(document))
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
                select(Document.id)
                .where(Document.state != DocumentState.PUBLISHED)
                .order_by(Document.created_at)
            ).all()
        done: list[Issued] = []
        refused: list[IssuerError] = []
        for token in begun:
            try:
                done.append(self._carry_on(token, again=True))
            except IssuerError as error:
                # Anything else (no key, no database) would stop the others as well.
                if error.code not in {"not_issuable", "would_not_verify"}:
                    raise
                refused.append(error)
        if refused:
            raise refused[0]
        return done

    def _reserve(
        self, slug: str, key: str, digest: str, asked: bytes, draft: Mapping[str, Any]
    ) -> tuple[Document, bool]:
        kind = _kind(draft)
        # What can be refused is refused before anything is reserved.
        self._completed(slug, draft, f"{self._home.settings.base_url}/credentials/{'0' * 32}")
        self._at("before reserve")
        with self._home.store.write() as session:
            known = session.scalar(
                select(Document).where(
                    Document.institution == slug, Document.idempotency_key == key
                )
            )
            if known is not None:
                if known.draft_digest != digest:
                    raise IssuerError(
                        "key_used", f"The key {key!r:.80} was used for another document already."
                    )
                return known, True
            row = Document(
                id=self._random(16).hex(),
                institution=slug,
                idempotency_key=key,
                kind=kind,
                state=DocumentState.RESERVED,
                draft_digest=digest,
                draft=asked,
                created_at=self._clock(),
            )
            session.add(row)
        self._at("after reserve")
        return row, False

    def _carry_on(self, token: str, *, again: bool) -> Issued:
        while True:
            with self._home.store.read() as session:
                row = session.get(Document, token)
            if row is None:
                raise IssuerError("unknown_document", "There is no such document here.")
            match row.state:
                case DocumentState.RESERVED:
                    self._store(row)
                case DocumentState.STORED:
                    self._sign(row)
                case DocumentState.SIGNED:
                    self._publish(row)
                case DocumentState.PUBLISHED:
                    return Issued(self._address(token), row.signed or b"", row.kind, again)

    def _store(self, row: Document) -> None:
        draft = strict_json.parse(row.draft or b"")
        document = self._completed(row.institution, draft, self._address(row.id))
        self._at("before store")
        with self._home.store.write() as session:
            current = session.get(Document, row.id)
            if current is not None and current.state is DocumentState.RESERVED:
                current.unsigned = _encoded(document)
                current.draft = None
                current.state = DocumentState.STORED
        self._at("after store")

    def _sign(self, row: Document) -> None:
        document = strict_json.parse(row.unsigned or b"")
        slug = row.institution
        record = self._home.active_key(slug)
        self._at("before sign")
        moment = self._clock()
        proof = create(
            document,
            private_key=self._home.custody(slug).signer(record.id),
            verification_method=method_id(self._home.did_of(slug), record),
            created=moment,
            contexts=bundled(),
        )
        body = _encoded({**document, "proof": proof})
        self._at("after sign")
        self._insist(slug, body, moment)
        with self._home.store.write() as session:
            current = session.get(Document, row.id)
            if current is not None and current.state is DocumentState.STORED:
                current.signed = body
                current.sha256 = hashlib.sha256(body).hexdigest()
                current.key_id = record.id
                current.issued_at = moment
                current.state = DocumentState.SIGNED
                session.add(self._act(slug, "document signed", row.id, current.sha256, moment))
        self._at("after keeping the signature")

    def _publish(self, row: Document) -> None:
        self._at("before publish")
        moment = self._clock()
        with self._home.store.write() as session:
            current = session.get(Document, row.id)
            if current is not None and current.state is DocumentState.SIGNED:
                current.state = DocumentState.PUBLISHED
                current.published_at = moment
                session.add(
                    self._act(row.institution, "document published", row.id, row.sha256, moment)
                )
        self._at("after publish")

    def _completed(self, slug: str, draft: Mapping[str, Any], address: str) -> dict[str, Any]:
        """The document of a draft, held against its closed model."""
        institution = self._home.records.institution(slug)
        issuer = described(institution)
        if _kind(draft) == "ExpertCertificate":
            issuer |= {
                "type": ["Profile", "CompetentInstitution"],
                "name": institution.legal_name,
                "url": f"{self._home.settings.base_url}/{slug}",
            }
        document = complete(
            draft,
            document_id=address,
            issuer=issuer,
            valid_from=write_moment(self._clock()),
            describe=self._describe,
        )
        try:
            read(document)
        except DocumentError as error:
            raise IssuerError("not_issuable", f"It cannot be issued as it is: {error}") from error
        return document

    def _describe(self, name: str) -> Mapping[str, Any]:
        """The node of an institution of this home, or of one that `others` knows."""
        known = {one.slug for one in self._home.records.institutions()}
        if name not in known and self._others is not None:
            return self._others(name)
        return described(self._home.records.institution(name))

    def _insist(self, slug: str, body: bytes, moment: datetime, also: Sequence[str] = ()) -> None:
        """Refuse what our own verifier would refuse, without the network.

        `also` are the DIDs of others who signed; those of other homes are left to the verifiers.
        """
        base = self._home.settings.base_url
        origins = frozenset({base}) if base.startswith("http://") else frozenset()
        policy = Policy(plain_origins=origins, offline=True)
        given = {
            did_address(did, policy): _encoded(self._home.records.did_document(one))
            for one, did in self._signers_here(slug, also).items()
        }
        report = verify(
            body, surroundings=Surroundings(Trust(), given=given), policy=policy, at=moment
        )
        if report.verdict is Verdict.NOT_VERIFIED and not _only_waits(report):
            raise IssuerError("would_not_verify", _why(report))

    def _signers_here(self, slug: str, also: Sequence[str]) -> dict[str, str]:
        """The issuing institution, and those of `also` that this home holds: their DIDs."""
        others = self._home.records.institutions() if also else ()
        return {slug: self._home.did_of(slug)} | {
            one.slug: one.did for one in others if one.did in also
        }

    def _act(
        self, slug: str, action: str, token: str, digest: str | None, at: datetime
    ) -> AuditEntry:
        fingerprint = hashlib.sha256(token.encode()).hexdigest()[:32]
        return AuditEntry(
            at=at,
            institution=slug,
            actor=self._actor,
            action=action,
            subject=fingerprint,
            digest=digest,
        )

    def _address(self, token: str) -> str:
        return f"{self._home.settings.base_url}/credentials/{token}"


def _kind(draft: Mapping[str, Any]) -> str:
    try:
        kind = paper_type(draft)
    except DocumentError as error:
        raise IssuerError("unknown_paper", str(error)) from error
    if kind is None:
        raise IssuerError("unknown_paper", "The draft's `type` names no paper that is known here.")
    return kind


def _encoded(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


#: What is not yet so on the day of signing, and no reason not to sign.
_WAITING = frozenset({"not_yet_valid", "signers_missing"})


def _only_waits(report: Report) -> bool:
    """Whether all that fails is that others have still to sign, or that its day has not come."""
    failed = {
        one.code
        for found in report.checks
        for one in (found, *found.also)
        if one.outcome.value == "fail"
    }
    return failed <= _WAITING


def _why(report: Report) -> str:
    for found in report.checks:
        if found.outcome.value == "fail":
            said = found.to_json()
            return f"Our own verifier would refuse it: {said['title']}. {said['detail']}"
    return "Our own verifier would refuse it."
