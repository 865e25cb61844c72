"""Several proofs on one document: sets and chains (Data Integrity 1.0, sections 2.1.1, 2.1.2, 4.5).

In a set, each proof covers the document alone. In a chain, a proof names earlier ones by
`previousProof` and covers them as well. A chain is sound when every proof that it names is there,
under one id only, and none leads back to itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from keys.errors import KeysError
from keys.proofs.proof import Proof

__all__ = ["in_order", "list_proofs", "secured_document"]

# Signers of a large network's memorandum; each costs a verification.
_LIMIT: Final = 200


def list_proofs(document: Mapping[str, object], *, lenient_time: bool = False) -> tuple[Proof, ...]:
    """The document's proofs in its own order, at least one.

    Raises KeysError: `unsigned` (none at all), what `Proof.read` raises, `bad_proof` (one id
    twice, more proofs than anybody needs), `previous_proof_missing`, `proof_circular`.
    """
    written = _written(document)
    if not written:
        raise KeysError("unsigned", "The document has no proof: nobody has signed it.")
    if len(written) > _LIMIT:
        raise KeysError("bad_proof", f"Expected at most {_LIMIT} proofs, got {len(written)}.")
    proofs = tuple(Proof.read(value, lenient_time=lenient_time) for value in written)
    ids = [proof.id for proof in proofs if proof.id is not None]
    if len(set(ids)) != len(ids):
        raise KeysError("bad_proof", "Two proofs have the same id.")
    in_order(proofs)
    return proofs


def in_order(proofs: Sequence[Proof]) -> tuple[Proof, ...]:
    """The proofs with each after those that it names, otherwise in the order given.

    Raises KeysError `previous_proof_missing`, `proof_circular`.
    """
    known = {proof.id for proof in proofs}
    for proof in proofs:
        missing = [name for name in proof.previous if name not in known]
        if missing:
            raise KeysError("previous_proof_missing", f"There is no proof {missing[0]!r:.120}.")
    ordered: list[Proof] = []
    waiting, done = list(proofs), set[str | None]()
    while waiting:
        ready = [proof for proof in waiting if done.issuperset(proof.previous)]
        if not ready:
            raise KeysError(
                "proof_circular",
                f"The chain of proofs leads back to itself at {waiting[0].id or 'a proof'!r:.120}.",
            )
        ordered += ready
        done.update(proof.id for proof in ready)
        waiting = [proof for proof in waiting if proof not in ready]
    return tuple(ordered)


def secured_document(document: Mapping[str, object], proof: Proof) -> dict[str, object]:
    """The document as `proof` covers it: without proofs, but for those that it names.

    Raises KeysError `previous_proof_missing`.
    """
    bare = {name: value for name, value in document.items() if name != "proof"}
    if not proof.previous:
        return bare
    by_id: dict[object, object] = {}
    for value in _written(document):
        if isinstance(value, dict) and isinstance(value.get("id"), str):
            if value["id"] in by_id:
                raise KeysError("bad_proof", "Two proofs have the same id.")
            by_id[value["id"]] = value
    missing = [name for name in proof.previous if name not in by_id]
    if missing:
        raise KeysError("previous_proof_missing", f"There is no proof {missing[0]!r:.120}.")
    earlier = [by_id[name] for name in proof.previous]
    for value in earlier:
        Proof.read(value, lenient_time=True)
    return {**bare, "proof": earlier}


def _written(document: Mapping[str, object]) -> list[object]:
    value = document.get("proof", [])
    return value if isinstance(value, list) else [value]
