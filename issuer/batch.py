"""The issuing cycle for many papers of one institution at a time.

`issuer.issue` takes its one paper through the steps from 3 on here; for many, each is one
transaction for the whole batch:

1. and 2. Reserve ids and places, and store exactly what will be signed.
3. Sign the status lists that the papers name, where they need it; sign each, and verify each with
   our own verifier.
4. Store the signed bytes.
5. Publish.

A kill between two leaves papers that any worker, or `Issuing.resume`, takes up where they stand.
The papers of step 3 and 5 are held in the database while they are worked on, so that on a database
server two workers never take the same ones, and one that is killed lets go of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from contexts import strict_json
from contexts.loader import bundled
from issuer.acts import document_act
from issuer.completing import Completion, Describe, encoded, kind_of
from issuer.errors import IssuerError
from issuer.four_eyes import Approval
from issuer.four_eyes import insist as insist_on_approval
from issuer.home import Home
from issuer.paper_index import entry, title_of
from issuer.self_check import SelfCheck
from issuer.signing import Signer, institution_signer
from issuer.status import places
from issuer.status.publication import Publication
from issuer.store import Document, DocumentState, PaperEntry, StatusPlace
from keys.proofs import create

__all__ = ["Batch", "Reserved", "Signature", "Wanted"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper that is asked for: its draft, and the idempotency key that it is asked for under."""

    key: str
    draft: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reserved:
    """What became of a wanted paper: its id, or why there is none; `again` if it was there."""

    document: str | None
    again: bool = False
    refusal: IssuerError | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """What became of a stored paper at signing: nothing to say, or why it was not signed."""

    document: str
    refusal: IssuerError | None = None


class Batch:
    """Takes papers of one institution through the cycle, many in each step.

    What it needs of records and keys is read once for each step. The arguments are those of
    `issuer.issue.Issuing`. Every step raises IssuerError as the store (`store_conflict`: another
    worker was at the same, so ask again) and `no_active_key`, and KeysError as the custody.
    """

    def __init__(
        self,
        home: Home,
        slug: str,
        *,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
        at_point: Callable[[str], None],
        actor: str,
        others: Describe | None = None,
        approval: Approval | None = None,
    ) -> None:
        self._home = home
        self._slug = slug
        self._clock = clock
        self._random = random
        self._at = at_point
        self._actor = actor
        self._others = others
        self._approval = approval
        self._lists = Publication(home, clock=clock, at_point=at_point, actor=actor)

    # 1, 2
    def reserve(self, session: Session, wanted: Sequence[Wanted]) -> list[Reserved]:
        """Reserve and store all that can be, within the caller's transaction; in their order.

        Raises IssuerError also `second_person_needed`, by the institution's rule.
        """
        moment = self._clock()
        completion = Completion(self._home, self._slug, others=self._others)
        known = self._known(session, [one.key for one in wanted])
        found: list[Reserved] = []
        rows: list[dict[str, Any]] = []
        documents: dict[str, dict[str, Any]] = {}
        for one in wanted:
            asked = json.dumps(one.draft, ensure_ascii=False, sort_keys=True).encode()
            digest = hashlib.sha256(asked).hexdigest()
            if one.key in known:
                found.append(_again(known[one.key], digest))
                continue
            token = self._random(16).hex()
            try:
                document = completion.document(one.draft, address=self._address(token), at=moment)
            except IssuerError as refusal:
                found.append(Reserved(None, refusal=refusal))
                continue
            documents[token] = document
            known[one.key] = (token, digest)
            rows.append(
                {
                    "id": token,
                    "institution": self._slug,
                    "idempotency_key": one.key,
                    "kind": kind_of(one.draft),
                    "state": DocumentState.STORED,
                    "draft_digest": digest,
                    "created_at": moment,
                }
            )
            found.append(Reserved(token))
        if rows:
            insist_on_approval(session, self._slug, self._approval)
            self._draw(session, rows, documents, moment)
            session.execute(
                insert(Document),
                [{**row, "unsigned": encoded(documents[row["id"]])} for row in rows],
            )
        return found

    def _draw(
        self,
        session: Session,
        rows: Sequence[Mapping[str, Any]],
        documents: dict[str, dict[str, Any]],
        moment: datetime,
    ) -> None:
        """A place for each paper that has a status, written into it."""
        kinds = {row["id"]: row["kind"] for row in rows if places.has_status(row["kind"])}
        if not kinds:
            return
        drawn = places.draw_many(session, self._slug, [*kinds], at=moment, random=self._random)
        base = self._home.settings.base_url
        for place in drawn:
            token = str(place.document)
            documents[token]["credentialStatus"] = places.entries(
                place, kinds[token], base_url=base, address=self._address(token)
            )

    def _known(self, session: Session, keys: Sequence[str]) -> dict[str, tuple[str, str | None]]:
        """The papers that were asked for under these keys; no digest where one was erased."""
        wanted = (Document.idempotency_key, Document.id, Document.draft_digest, Document.state)
        rows = session.execute(
            select(*wanted).where(
                Document.institution == self._slug, Document.idempotency_key.in_(keys)
            )
        )
        return {
            key: (token, None if state is DocumentState.ERASED else digest)
            for key, token, digest, state in rows
        }

    # 3
    def publish_lists(self) -> None:
        """Sign the status lists that need it: before any paper that names them is published."""
        self._lists.keep_up(self._slug)

    def signer(self) -> Signer:
        """The institution with its key, unsealed before the database is held."""
        return institution_signer(self._home, self._slug)

    # 3, 4
    def sign(self, session: Session, tokens: Sequence[str], signer: Signer) -> list[Signature]:
        """Sign stored papers that the caller holds, verify them, and keep the signed bytes.

        One that our own verifier refuses stays stored; the others are signed.
        """
        self._at("before sign")
        moment = self._clock()
        check = SelfCheck(self._home, self._slug, lists=self._named_lists(session, tokens))
        done: list[Signature] = []
        kept: list[dict[str, Any]] = []
        stored = session.execute(select(Document.id, Document.unsigned).where(_among(tokens)))
        for token, unsigned in stored.all():
            document = strict_json.parse(unsigned or b"")
            proof = create(
                document,
                private_key=signer.key,
                verification_method=signer.method,
                created=moment,
                contexts=bundled(),
            )
            body = encoded({**document, "proof": proof})
            try:
                check.insist(body, at=moment)
            except IssuerError as refusal:
                done.append(Signature(token, refusal))
                continue
            done.append(Signature(token))
            kept.append(
                {
                    "id": token,
                    "signed": body,
                    "sha256": hashlib.sha256(body).hexdigest(),
                    "key_id": signer.method.partition("#")[2],
                    "issued_at": moment,
                    "state": DocumentState.SIGNED,
                }
            )
        self._at("after sign")
        if kept:
            session.execute(update(Document), kept)
            acts = [(row["id"], row["sha256"]) for row in kept]
            self._enter(session, "document signed", acts, moment)
        return done

    def _named_lists(self, session: Session, tokens: Sequence[str]) -> dict[str, bytes]:
        numbers = session.scalars(
            select(StatusPlace.number).where(StatusPlace.document.in_(tokens)).distinct()
        ).all()
        if not self._lists.all_signed(session, self._slug, numbers):
            # Another worker has just opened a group: its lists come before the papers.
            raise IssuerError("store_conflict", "A status list is not published yet: ask again.")
        return self._lists.signed_of(session, self._slug, numbers)

    # 5
    def publish(self, session: Session, tokens: Sequence[str], *, cohort: str | None) -> None:
        """Publish signed papers that the caller holds, and put them into the list of papers.

        `cohort` is that which they belong to.
        """
        moment = self._clock()
        session.execute(
            update(Document)
            .where(_among(tokens))
            .values(state=DocumentState.PUBLISHED, published_at=moment)
            .execution_options(synchronize_session=False)
        )
        listed = session.scalars(
            select(PaperEntry.document).where(PaperEntry.document.in_(tokens))
        ).all()
        acts: list[tuple[str, str | None]] = []
        wanted = (Document.id, Document.kind, Document.signed, Document.sha256, Document.issued_at)
        for row in session.execute(select(*wanted).where(_among(tokens))):
            acts.append((row.id, row.sha256))
            if row.id not in listed:
                title = title_of(strict_json.parse(row.signed or b"{}"))
                session.add(
                    entry(
                        row.id,
                        self._slug,
                        row.kind,
                        title,
                        issued_at=row.issued_at or moment,
                        cohort=cohort,
                    )
                )
        self._enter(session, "document published", acts, moment)

    def _enter(
        self,
        session: Session,
        action: str,
        acts: Iterable[tuple[str, str | None]],
        moment: datetime,
    ) -> None:
        session.add_all(
            document_act(self._slug, self._actor, action, token, digest=digest, at=moment)
            for token, digest in acts
        )

    def _address(self, token: str) -> str:
        return f"{self._home.settings.base_url}/credentials/{token}"


def _among(tokens: Sequence[str]) -> Any:
    return Document.id.in_(tokens)


def _again(known: tuple[str, str | None], digest: str) -> Reserved:
    token, before = known
    if before is None:
        erased = "Its paper was issued before, and the person's data were erased since."
        return Reserved(None, refusal=IssuerError("paper_erased", erased))
    if before == digest:
        return Reserved(token, again=True)
    return Reserved(
        None,
        refusal=IssuerError(
            "key_used",
            "A paper was issued for this row before, and it says something else: correct it with "
            "`ecvet supersede`.",
        ),
    )
