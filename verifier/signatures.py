"""Whose signatures are on a paper, and do they bind it to those who must sign it?

The rules, as sentences:

1. A paper without any proof is unsigned.
2. Who must sign is named in the signed content: the issuer, and every listed signatory.
3. A proof belongs to the DID whose document holds its verification method under the purpose
   `assertionMethod`, with that DID as controller. Nothing else makes a key somebody's.
4. An invalid proof of anybody makes the whole fail.
5. Each that must sign has a valid proof; one missing makes it fail as incomplete.
6. A proof of somebody who is not named says nothing here: it is ignored, with a remark.
7. A signer whose keys cannot be had leaves the answer open; it is never taken as good.
8. A key since retired still speaks for what it signed; one reported compromised does not.
9. A proof that says itself until when it holds fails after that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from contexts.documents import Paper
from contexts.loader import bundled
from keys.did import split_url
from keys.did_document import DidDocument, VerificationMethod
from keys.errors import KeysError
from keys.proofs import Proof, list_proofs, verify_proof
from verifier.policy import Policy
from verifier.report import Finding
from verifier.resolve import ResolutionError, place_of, resolve
from verifier.sources import Sources

__all__ = ["Signatures", "Signed", "check_signatures", "required_signers"]

#: What a key or proof can be refused for, as a finding; anything else is `proof_malformed`.
_CODES = {
    "unsigned": "unsigned",
    "unsupported_cryptosuite": "unsupported_cryptosuite",
    "previous_proof_missing": "proof_chain_broken",
    "proof_circular": "proof_chain_broken",
    "signature_invalid": "signature_invalid",
    "key_revoked": "key_revoked",
    "proof_expired": "proof_expired",
    "method_not_found": "key_not_issuers",
    "wrong_purpose": "key_not_issuers",
    "wrong_controller": "key_not_issuers",
    "unsupported_key": "unsupported_cryptosuite",
    "bad_key": "key_malformed",
    "weak_key": "key_malformed",
    "bad_multibase": "key_malformed",
    "private_key_exposed": "key_malformed",
}


@dataclass(frozen=True, slots=True)
class Signed:
    """A valid signature: whose, on which day its proof says, and how its key stands now."""

    signer: str
    day: str
    retired_key: bool


@dataclass(frozen=True, slots=True)
class Signatures:
    """What was found on the paper: `findings` of the check `signature`, one at least.

    `signed` are the valid signatures of those who must sign, `missing` the DIDs of those who have
    not, and `unreachable` why an issuer's keys could not be had, as a finding of `issuer`.
    """

    findings: tuple[Finding, ...]
    signed: tuple[Signed, ...] = ()
    missing: tuple[str, ...] = ()
    unreachable: Finding | None = None
    good: bool = False


def required_signers(paper: Paper) -> tuple[str, ...]:
    """The DIDs whose signatures the paper needs: its issuer first, then its signatories."""
    listed = getattr(paper.credential_subject, "signatory", None)
    named = sorted(listed, key=lambda one: int(one.position)) if isinstance(listed, list) else []
    return tuple(dict.fromkeys([paper.issuer.id, *(one.party for one in named)]))


def check_signatures(
    document: Mapping[str, object],
    *,
    paper: Paper,
    document_hash: bytes,
    sources: Sources,
    policy: Policy,
) -> Signatures:
    """Try every proof on the document.

    `document` is the parsed JSON with its proofs, `document_hash` the SHA-256 of its canonical
    statements without them. Nothing is raised: whatever goes wrong is a finding.
    """
    try:
        proofs = list_proofs(document)
    except KeysError as error:
        return Signatures((_finding(error, place_of(paper.issuer.id)),))
    if len(proofs) > policy.proofs:
        said = f"it has {len(proofs)} signatures, more than the {policy.proofs} that are looked at"
        return Signatures((Finding("proof_malformed", {"problem": said}),))
    required = required_signers(paper)
    trial = _Trial(document, document_hash, sources, policy, frozenset(required))
    for proof in proofs:
        trial.attempt(proof)
    return trial.judged(paper, required)


class _Trial:
    """The proofs of one document, tried one after the other."""

    def __init__(
        self,
        document: Mapping[str, object],
        document_hash: bytes,
        sources: Sources,
        policy: Policy,
        required: frozenset[str],
    ) -> None:
        self._document = document
        self._hash = document_hash
        self._sources = sources
        self._policy = policy
        self._required = required
        self._signed: dict[str, Signed] = {}
        self._broken: list[Finding] = []
        self._remarks: list[Finding] = []
        self._open: dict[str, ResolutionError] = {}

    def attempt(self, proof: Proof) -> None:
        """Try one proof (rules 3, 4, 6, 7, 8, 9)."""
        try:
            signer, _ = split_url(proof.verification_method)
        except KeysError as error:
            self._broken.append(_finding(error, proof.verification_method))
            return
        named = signer in self._required
        try:
            resolved = resolve(signer, sources=self._sources, policy=self._policy)
            proof.require(purpose="assertionMethod")
            method = _method(resolved.document, proof)
            if method.standing(self._sources.now) == "revoked":
                raise KeysError("key_revoked", _revoked_on(method))
            if proof.expires is not None and proof.expires < self._sources.now:
                raise KeysError("proof_expired", proof.expires.date().isoformat())
            verify_proof(
                self._document,
                proof,
                public_key=method.public_key,
                contexts=bundled(),
                document_hash=self._hash if method.public_key.algorithm != "P-384" else None,
            )
        except ResolutionError as error:
            if named:
                self._open[signer] = error
            else:
                self._ignore(signer)
        except KeysError as error:
            # A stranger whose key cannot be used says as little as one whose key is good; but a
            # signature that does not fit the document means that somebody changed it.
            if named or error.code == "signature_invalid":
                self._broken.append(_finding(error, place_of(signer)))
            else:
                self._ignore(signer)
        else:
            if named:
                retired = method.standing(self._sources.now) == "retired"
                day = proof.created.date().isoformat() if proof.created else "a day not stated"
                self._signed[signer] = Signed(signer, day, retired)
            else:
                self._ignore(signer)

    def _ignore(self, signer: str) -> None:
        self._remarks.append(Finding("other_signature_ignored", {"stranger": place_of(signer)}))

    def judged(self, paper: Paper, required: tuple[str, ...]) -> Signatures:
        """The findings that follow (rules 4 to 8)."""
        signed = tuple(self._signed[who] for who in required if who in self._signed)
        missing = tuple(
            who for who in required if who not in self._signed and who not in self._open
        )
        if self._broken:
            return Signatures((*self._broken, *self._remarks), signed, missing)
        unreachable = None
        if self._open:
            who, error = next(iter(self._open.items()))
            facts = {"domain": place_of(who), "problem": error.message}
            unreachable = Finding(error.code, facts)
            findings = [Finding("signature_not_checked", {"problem": error.message})]
            return Signatures((*findings, *self._remarks), signed, missing, unreachable)
        if missing:
            names = {
                "signed_by": ", ".join(place_of(one.signer) for one in signed) or "nobody named",
                "missing": ", ".join(map(place_of, missing)),
            }
            return Signatures((Finding("signers_missing", names), *self._remarks), signed, missing)
        by_issuer = self._signed[paper.issuer.id]
        retired = any(one.retired_key for one in signed)
        facts = {
            "signer": " and ".join(place_of(one.signer) for one in signed),
            "signed": by_issuer.day,
        }
        code = "signature_valid_retired_key" if retired else "signature_valid"
        return Signatures((Finding(code, facts), *self._remarks), signed, good=True)


def _method(document: DidDocument, proof: Proof) -> VerificationMethod:
    """The key that a proof names; for one withdrawn as compromised, the error says since when."""
    try:
        return document.method(proof.verification_method, proof.purpose)
    except KeysError as error:
        if error.code != "key_revoked":
            raise
        withdrawn = document.withdrawn(proof.verification_method)
        raise KeysError("key_revoked", _revoked_on(withdrawn)) from None


def _finding(error: KeysError, signer: str) -> Finding:
    code = _CODES.get(error.code, "proof_malformed")
    facts = {"problem": error.message.rstrip("."), "signer": signer}
    facts |= {"revoked": error.message, "expired": error.message}
    return Finding(code, facts)


def _revoked_on(method: VerificationMethod) -> str:
    return method.revoked.date().isoformat() if method.revoked else "a day not stated"
