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
8. A key since retired still speaks for what it signed; one reported compromised does not, unless
   somebody else's evidence shows that the signature is older than the compromise. What is known of
   a key counts, whatever its owner's record says now (`verifier.key_history`).
9. A proof that says itself until when it holds fails after that, and one whose day has not come
   before it. So does every proof by a key that its owner published with an end, after that end.
10. Where only a dated copy says which keys a signer has, that is said, with its date.

An envelope (`vc+jwt`) is one signature over the whole document, and the same rules hold for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from contexts.documents import Paper
from contexts.errors import DocumentError
from contexts.loader import ContextSet
from keys.did import split_url
from keys.did_document import VerificationMethod
from keys.errors import KeysError
from keys.proofs import list_proofs
from verifier.attempts import Attempt, EnvelopeAttempt, Intent, ProofAttempt
from verifier.envelopes import OpenedEnvelope
from verifier.evidence import Evidence, seen_before
from verifier.languages import Listing, Phrase
from verifier.policy import Policy
from verifier.report import Finding
from verifier.resolve import ResolutionError, place_of, resolve
from verifier.sources import Sources

__all__ = [
    "Intent",
    "Signatures",
    "Signed",
    "check_envelope",
    "check_signatures",
    "required_signers",
]

#: What a key or proof can be refused for, as a finding; anything else is `proof_malformed`.
_CODES = {
    "unsigned": "unsigned",
    "unsupported_cryptosuite": "unsupported_cryptosuite",
    "previous_proof_missing": "proof_chain_broken",
    "proof_circular": "proof_chain_broken",
    "signature_invalid": "signature_invalid",
    "key_revoked": "key_revoked",
    "key_expired": "key_expired",
    "key_history_rolled_back": "key_history_rolled_back",
    "key_history_unreadable": "key_history_unreadable",
    "proof_expired": "proof_expired",
    "proof_not_yet": "proof_not_yet",
    "method_not_found": "key_not_issuers",
    "wrong_purpose": "key_not_issuers",
    "wrong_controller": "key_not_issuers",
    "unsupported_key": "unsupported_cryptosuite",
    "bad_key": "key_malformed",
    "weak_key": "key_malformed",
    "bad_multibase": "key_malformed",
    "private_key_exposed": "key_malformed",
    "wrong_challenge": "presentation_challenge",
    "wrong_domain": "presentation_domain",
}


_VOUCHING: Final = Intent()


@dataclass(frozen=True, slots=True)
class Signed:
    """A valid signature: whose, on which day its proof says, and how its key stands now.

    Where the key is compromised, `compromised` says since which day, and `evidence` shows that the
    signature is older.
    """

    signer: str
    day: str
    retired_key: bool
    compromised: str | None = None
    evidence: Evidence | None = None


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

    @property
    def retired(self) -> tuple[str, ...]:
        """The DIDs of those whose signature is by a key that they have since retired."""
        return tuple(one.signer for one in self.signed if one.retired_key)


def required_signers(paper: Paper) -> tuple[str, ...]:
    """The DIDs whose signatures the paper needs: its issuer first, then its signatories."""
    listed = getattr(paper.credential_subject, "signatory", None)
    named = sorted(listed, key=lambda one: int(one.position)) if isinstance(listed, list) else []
    return tuple(dict.fromkeys([paper.issuer.id, *(one.party for one in named)]))


def check_signatures(
    document: Mapping[str, object],
    *,
    required: tuple[str, ...],
    document_hash: bytes,
    sources: Sources,
    policy: Policy,
    intent: Intent = _VOUCHING,
    contexts: ContextSet | None = None,
) -> Signatures:
    """Try every proof on the document.

    `document` is the parsed JSON with its proofs, `document_hash` the SHA-256 of its canonical
    statements without them, `required` the DIDs that must sign, the issuer's first. `contexts` are
    those of the policy unless others are given. Nothing is raised: whatever goes wrong is a
    finding.
    """
    known = policy.contexts if contexts is None else contexts
    try:
        proofs = list_proofs(document, lenient_time=policy.lenient_proof_dates)
    except KeysError as error:
        return Signatures((_finding(error, place_of(required[0])),))
    if len(proofs) > policy.proofs:
        said = Phrase(
            "it has {proofs} signatures, more than the {most} that are looked at",
            proofs=str(len(proofs)),
            most=str(policy.proofs),
        )
        return Signatures((Finding("proof_malformed", {"problem": said}),))
    trial = _Trial(required, sources, policy, intent)
    for proof in proofs:
        trial.attempt(ProofAttempt(document, document_hash, proof, known))
    return trial.judged()


def check_envelope(
    opened: OpenedEnvelope,
    *,
    required: tuple[str, ...],
    sources: Sources,
    policy: Policy,
    intent: Intent = _VOUCHING,
) -> Signatures:
    """Try the one signature of an envelope, by the same rules.

    `required` as in `check_signatures`: an envelope carries one signature, so a document that
    several must sign is incomplete in it. Nothing is raised.
    """
    trial = _Trial(required, sources, policy, intent)
    trial.attempt(EnvelopeAttempt(opened))
    return trial.judged()


class _Trial:
    """The signatures on one document, tried one after the other."""

    def __init__(
        self, required: tuple[str, ...], sources: Sources, policy: Policy, intent: Intent
    ) -> None:
        self._required = required
        self._intent = intent
        self._sources = sources
        self._policy = policy
        self._signed: dict[str, Signed] = {}
        self._broken: list[Finding] = []
        self._remarks: list[Finding] = []
        self._open: dict[str, ResolutionError] = {}
        self._dated: dict[str, datetime] = {}

    def attempt(self, attempt: Attempt) -> None:
        """Try one signature (rules 3, 4, 6 to 10)."""
        try:
            signer, _ = split_url(attempt.method)
        except KeysError as error:
            self._broken.append(_elsewhere(attempt.method) or _finding(error, attempt.method))
            return
        named = signer in self._required
        try:
            resolved = resolve(signer, sources=self._sources, policy=self._policy)
            attempt.require(self._intent)
            method = resolved.method(
                attempt.method, self._sources.now, purpose=self._intent.purpose
            )
            evidence = self._in_time(attempt, method)
            attempt.verify(method.public_key)
        except ResolutionError as error:
            if named:
                self._open[signer] = error
            else:
                self._ignore(signer)
        except DocumentError as error:  # an option of the proof that has no meaning
            self._broken.append(Finding("proof_malformed", {"problem": f"{error}"}))
        except KeysError as error:
            # A stranger whose key cannot be used says as little as one whose key is good; but a
            # signature that does not fit the document means that somebody changed it.
            if named or error.code == "signature_invalid":
                self._broken.append(_finding(error, place_of(signer)))
            else:
                self._ignore(signer)
        else:
            if named:
                if resolved.dated_copy:
                    self._dated[signer] = resolved.as_of
                self._signed[signer] = Signed(
                    signer,
                    _day(attempt.created),
                    method.standing(self._sources.now) == "retired",
                    _day(method.revoked) if evidence else None,
                    evidence,
                )
            else:
                self._ignore(signer)

    def _in_time(self, attempt: Attempt, method: VerificationMethod) -> Evidence | None:
        """Whether key and signature may count now, by what their owner says of them (8, 9); for a
        compromised key, the evidence by which the signature counts all the same.
        """
        now = self._sources.now
        standing = method.standing(now)
        evidence = None
        if method.revoked is not None and standing == "revoked":
            evidence = seen_before(
                method.revoked, attempt.identity, attempt.held_in, sources=self._sources
            )
            if evidence is None:
                raise KeysError("key_revoked", _day(method.revoked))
        if standing == "expired":
            raise KeysError("key_expired", _day(method.expires))
        if attempt.expires is not None and attempt.expires < now:
            raise KeysError("proof_expired", _day(attempt.expires))
        if attempt.not_before is not None and attempt.not_before > now:
            raise KeysError("proof_not_yet", _day(attempt.not_before))
        return evidence

    def _ignore(self, signer: str) -> None:
        self._remarks.append(Finding("other_signature_ignored", {"stranger": place_of(signer)}))

    def judged(self) -> Signatures:
        """The findings that follow (rules 4 to 8, and 10)."""
        required = self._required
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
                "signed_by": ", ".join(place_of(one.signer) for one in signed)
                or Phrase("nobody named"),
                "missing": ", ".join(map(place_of, missing)),
            }
            return Signatures((Finding("signers_missing", names), *self._remarks), signed, missing)
        dated = [
            Finding("keys_as_of", {"whose": place_of(who), "as_of": _day(as_of)})
            for who, as_of in self._dated.items()
        ]
        return Signatures((_good(signed), *dated, *self._remarks), signed, good=True)


def _good(signed: tuple[Signed, ...]) -> Finding:
    """What is said of good signatures, the issuer's first; a compromised key's before a retired."""
    facts = {
        "signer": Listing(place_of(one.signer) for one in signed),
        "signed": signed[0].day,
    }
    for one in signed:
        if one.evidence is not None:
            facts |= {
                "whose": place_of(one.signer),
                "since": one.compromised or "",
                "shown": one.evidence.holder,
                "seen": _day(one.evidence.at),
            }
            return Finding("signature_valid_before_compromise", facts)
    retired = [place_of(one.signer) for one in signed if one.retired_key]
    if not retired:
        return Finding("signature_valid", facts)
    return Finding("signature_valid_retired_key", {**facts, "whose": Listing(retired)})


def _elsewhere(method: str) -> Finding | None:
    """That a key lies at a web address, as some systems have it; no DID vouches for such a key."""
    if not method.startswith(("https://", "http://")):
        return None
    problem = Phrase(
        "its key is named by the web address {method}, not by a DID", method=f"{method[:160]!r}"
    )
    return Finding("unsupported_cryptosuite", {"problem": problem})


def _finding(error: KeysError, signer: str) -> Finding:
    code = _CODES.get(error.code, "proof_malformed")
    facts = {"problem": error.message.rstrip("."), "signer": signer}
    facts |= dict.fromkeys(("since", "expired", "from"), error.message)
    return Finding(code, facts)


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else Phrase("a day not stated")
