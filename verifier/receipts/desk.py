"""Where receipts are given out: one operator's key, random numbers and lists, held together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from verifier.errors import VerifierError
from verifier.policy import Policy
from verifier.receipts.keys import ReceiptKeys
from verifier.receipts.lists import lists_used
from verifier.receipts.making import make_receipt
from verifier.report import software
from verifier.resolve import did_address
from verifier.trust import Trust
from verifier.typeset.compiling import compiler
from verifier.web.answers import Answer

__all__ = ["ReceiptDesk"]


@dataclass(frozen=True, slots=True)
class ReceiptDesk:
    """Signs receipts with the keys of one folder; `random` gives the bytes of their ids."""

    keys: ReceiptKeys
    random: Callable[[int], bytes] = field(repr=False)

    def ready(self) -> None:
        """Ask for the passphrase, and try all that a receipt needs, before the first is wanted.

        Raises VerifierError `pdf_extra_missing`, `no_receipt_key`, and KeysError as the custody.
        """
        compiler()
        self.keys.signatory()

    def receipt_for(self, answer: Answer, *, trust: Trust, asked_at: datetime) -> bytes:
        """The signed receipt of an answer.

        Raises VerifierError `nothing_to_receipt` (the source held no document), `bad_receipt`,
        `no_receipt_key`, and KeysError as the custody.
        """
        if answer.body is None:
            raise VerifierError(
                "nothing_to_receipt", f"There was no document in {answer.name}, so no receipt."
            )
        return make_receipt(
            answer.report,
            body=answer.body,
            signatory=self.keys.signatory(),
            lists=lists_used(trust),
            software=software(),
            asked_at=asked_at,
            random=self.random,
            shows=self.keys.contents,
        )

    def did_document(self) -> bytes | None:
        """What this verifier serves at `/.well-known/did.json`, if it has a public address."""
        return self.keys.did_document()

    def known_to(self, trust: Trust) -> Trust:
        """The operator's trust, with the knowledge of which receipts are its own."""
        return replace(trust, own_receipts=self.keys.dids())

    def allowed_by(self, policy: Policy) -> Policy:
        """The policy, with the verifier's own address where that is plain http."""
        origin = self.keys.plain_origin
        return replace(policy, plain_origins=policy.plain_origins | {origin}) if origin else policy

    def given(self, documents: Iterable[bytes], policy: Policy) -> dict[str, bytes]:
        """The verifier's own DID document by its address, where a document names it: no network is
        needed for it.
        """
        did = self.keys.public_did
        if did is None or not any(did.encode() in document for document in documents):
            return {}
        published = self.keys.did_document()
        return {} if published is None else {did_address(did, policy): published}
