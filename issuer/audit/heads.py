"""Signing the heads of the audit logs.

A head is signed by the institution's newest active Ed25519 key: by itself whenever papers are
published or their status changes while the keys are unsealed, in the same transaction and once for
all that it does; and by command.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from contexts.merkle import EMPTY
from issuer.errors import IssuerError
from issuer.store import AuditCheckpoint, AuditTree, Key, KeyState
from issuer.store.audit_appending import Head, HeadSigner, frontier_of
from keys.algorithms import PrivateKey
from keys.checkpoint import Checkpoint, SignedCheckpoint, log_origin, sign_checkpoint
from keys.errors import KeysError

if TYPE_CHECKING:
    from issuer.home import Home

__all__ = ["heads_of", "sign_head"]

#: An act on papers that somebody outside may see; a signature alone is not published yet.
_PAPERS: Final = "document "
_NOT_SEEN: Final = frozenset({"document signed"})


def heads_of(home: Home) -> HeadSigner:
    """Signs a head where papers were published or changed, if the institution's keys are unsealed.

    It never asks for a passphrase, and where it cannot sign the act goes on without: the head is
    covered by the next checkpoint.
    """

    def signed(head: Head) -> bytes | None:
        seen = any(act.startswith(_PAPERS) for act in head.acts - _NOT_SEEN)
        if not seen or not home.custody(head.slug).is_open:
            return None
        key_id = _key_id(head.session, head.slug)
        try:
            key = home.custody(head.slug).signer(key_id) if key_id else None
        except KeysError:
            return None
        return _checkpoint(home, head.slug, head.size, head.root, key).body if key else None

    return signed


def sign_head(home: Home, slug: str, *, at: datetime) -> SignedCheckpoint:
    """The present head of a log, signed and kept; the one that is there if it is signed already.

    Raises IssuerError `no_ed25519_key`, and KeysError as the custody.
    """
    with home.store.read() as session:
        key_id = _key_id(session, slug)
    if key_id is None:
        raise IssuerError(
            "no_ed25519_key",
            f"{slug} has no active Ed25519 key, by which checkpoints are signed: make one with "
            f"`ecvet keys create {slug}`.",
        )
    key = home.custody(slug).signer(key_id)
    with home.store.write() as session:
        # Held, so that nobody appends between the reading and the keeping.
        row = session.scalar(
            select(AuditTree).where(AuditTree.institution == slug).with_for_update()
        )
        tree = frontier_of(row.size, row.frontier) if row else None
        size, root = (tree.size, tree.root) if tree else (0, EMPTY)
        known = session.get(AuditCheckpoint, (slug, size))
        signed = _checkpoint(home, slug, size, root, key)
        if known is None:
            session.add(AuditCheckpoint(institution=slug, size=size, at=at, note=signed.body))
        elif SignedCheckpoint.read(known.note).checkpoint == signed.checkpoint:
            return SignedCheckpoint.read(known.note)
        else:
            raise IssuerError(
                "checkpoint_differs",
                f"Another head of {size} entries was signed before: `ecvet audit check`.",
            )
    return signed


def _checkpoint(home: Home, slug: str, size: int, root: bytes, key: PrivateKey) -> SignedCheckpoint:
    origin = log_origin(home.settings.base_url, slug)
    return sign_checkpoint(Checkpoint(origin, size, root), key)


def _key_id(session: Session, slug: str) -> str | None:
    return session.scalar(
        select(Key.key_id)
        .where(Key.institution == slug, Key.state == KeyState.ACTIVE, Key.algorithm == "Ed25519")
        .order_by(Key.created_at.desc(), Key.key_id.desc())
        .limit(1)
    )
