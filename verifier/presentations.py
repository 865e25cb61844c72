"""Verify a presentation: credentials that a holder put together and, as a rule, signed for us.

The plan, which the code below follows by the same numbers (VCDM 2.0, section 4.13):

1. Read it strictly, from an envelope or as JSON, and hold it against the data model.
2. Fix its terms: its statements hold all of it, the credentials in it and their proofs too.
3. Try its signature: by its holder if it names one, for the purpose of authentication, answering
   exactly the challenge and domain that were asked for. A presentation that nobody signed only
   hands its credentials over, which is said; one that should answer something has failed.
   If a signature does not hold, stop here: nothing in it is looked at.
4. Verify each credential by itself. One of the holder's own making may go without a signature:
   that of the presentation covers it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from contexts import strict_json
from contexts.canonical import canonicalize
from contexts.errors import DocumentError
from contexts.expansion import to_described
from contexts.generic import vcdm
from contexts.generic.reading import CREDENTIALS
from contexts.loader import ContextSet
from contexts.quads import IRI
from keys.did import split_url
from keys.errors import KeysError
from keys.proofs import list_proofs
from verifier.envelopes import EnvelopeError, OpenedEnvelope, open_envelope
from verifier.examine import insist_on_known_contexts, refused
from verifier.fetch import CachingDoor, FetchLimits
from verifier.languages import Phrase
from verifier.policy import Policy
from verifier.report import Finding, Report, Verdict, gathered, software, verdict_of
from verifier.signatures import Intent, Signatures, check_envelope, check_signatures
from verifier.sources import Sources
from verifier.verify import Surroundings, verify

__all__ = ["PresentationReport", "verify_presentation"]

_WORST_FIRST: Final = (
    Verdict.NOT_VERIFIED,
    Verdict.UNCONFIRMED,
    Verdict.VERIFIED_WITH_REMARKS,
    Verdict.VERIFIED,
)
_MEMBER: Final = "verifiableCredential"


@dataclass(frozen=True, slots=True)
class PresentationReport:
    """The answer to one presentation.

    `checks` are those of the presentation itself, as far as it came: `format`, `terms`,
    `signature`, `holder`. `credentials` are the reports on what is in it, in its order; none where
    it failed before. `holder` is the DID whose signature is on it, None where nobody's is.
    """

    checks: tuple[Finding, ...]
    verified_at: datetime
    credentials: tuple[Report, ...] = ()
    holder: str | None = None

    @property
    def verdict(self) -> Verdict:
        """The worst of its own and of its credentials' verdicts."""
        verdicts = {verdict_of(self.checks), *(report.verdict for report in self.credentials)}
        return next(verdict for verdict in _WORST_FIRST if verdict in verdicts)

    def check(self, name: str) -> Finding | None:
        """The finding of one check of the presentation itself; None where it was not reached."""
        return next((found for found in self.checks if found.name == name), None)

    def to_json(self) -> dict[str, Any]:
        """The report as programs read it."""
        return {
            "verdict": self.verdict.value,
            "checks": [found.to_json() for found in self.checks],
            "holder": self.holder,
            "credentials": [report.to_json() for report in self.credentials],
            "verified_at": self.verified_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "verifier": software(),
        }


@dataclass(frozen=True, slots=True)
class _Read:
    """A presentation that could be read: as parsed, and what its statements say of it."""

    document: dict[str, Any]
    opened: OpenedEnvelope | None
    statements: bytes
    holder: str | None
    credentials: tuple[dict[str, Any], ...]


def verify_presentation(
    body: bytes,
    *,
    surroundings: Surroundings,
    policy: Policy,
    at: datetime,
    now: datetime | None = None,
    challenge: str | None = None,
    domain: str | None = None,
) -> PresentationReport:
    """The report on a presentation, as JSON or in an envelope (`vp+jwt`).

    `challenge` and `domain` are what its signature has to answer, exactly; None asks for nothing.
    That a challenge is used once is for whoever gave it. `at` and `now` as in `verify`. Never
    raises for anything that a document, a source or the network can cause.
    """
    moment = now or at
    contexts = policy.contexts
    contexts = contexts.allowing(replace(contexts.allows, embedded=True))
    # 1, 2
    try:
        read = _read(body, contexts, policy)
    except EnvelopeError as error:
        return PresentationReport((Finding(error.code, {"problem": error.message}),), moment)
    except DocumentError as error:
        return PresentationReport(_told(error), moment)
    count = len(read.credentials)
    words = {"count": Phrase.counted("{count} credential", "{count} credentials", count)}
    checks = [Finding("presentation_read", words), Finding("terms_defined")]
    # 3
    door = CachingDoor(surroundings.door, limits=FetchLimits())
    sources = Sources(
        surroundings.trust, door, moment, surroundings.given, history=surroundings.history
    )
    intent = Intent("authentication", challenge, domain)
    signatures = _signatures(read, intent, contexts, sources, policy)
    if signatures is None:
        asked = challenge is not None or domain is not None
        checks.append(Finding("unsigned" if asked else "presentation_unsigned"))
        if asked:
            return PresentationReport(tuple(checks), moment)
        checks.append(Finding("holder_not_proven"))
    else:
        checks.append(gathered(signatures.findings))
        if not signatures.good:
            return PresentationReport(tuple(checks), moment)
        checks.append(Finding("holder_presents", {"holder": signatures.signed[0].signer}))
    # 4
    own = signatures if read.holder is not None else None
    reports = tuple(
        verify(
            json.dumps(credential, ensure_ascii=False).encode(),
            surroundings=replace(surroundings, door=door),
            policy=policy,
            at=at,
            now=moment,
            presented=own,
        )
        for credential in read.credentials
    )
    signer = signatures.signed[0].signer if signatures is not None else None
    return PresentationReport(tuple(checks), moment, reports, signer)


def _read(body: bytes, contexts: ContextSet, policy: Policy) -> _Read:
    opened = open_envelope(body)
    document = strict_json.parse(
        body if opened is None else opened.body,
        limits=strict_json.ReadingLimits(max_bytes=policy.document_bytes),
    )
    named = document.get("type") if isinstance(document, dict) else None
    if "VerifiablePresentation" not in (named if isinstance(named, list) else [named]):
        raise DocumentError("no_presentation", "got no object of the type VerifiablePresentation")
    insist_on_known_contexts(document, contexts)
    vcdm.check_presentation(document, version=vcdm.version_of(document) or "2.0")
    if str(document.get("id", "")).startswith("data:"):
        # An envelope by another type would be taken for an empty presentation that nobody signed.
        raise DocumentError("wrong_value", "got a data: URL, expected an id of its own", "$.id")
    if document.get(_MEMBER) == []:
        # As good as not there, and lost in the statements.
        document = {name: value for name, value in document.items() if name != _MEMBER}
    given = document.get(_MEMBER, [])
    credentials = tuple(given if isinstance(given, list) else [given])
    if len(credentials) > policy.presented_credentials:
        raise DocumentError(
            "wrong_length",
            f"got {len(credentials)} credentials, at most {policy.presented_credentials} are taken",
            f"$.{_MEMBER}",
        )
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    root, quads = to_described(unsigned, contexts=contexts)
    said: dict[str, list[object]] = {}
    for quad in quads:
        if quad.subject == root and quad.graph is None:
            said.setdefault(quad.predicate.value, []).append(quad.object)
    holders = said.get(f"{CREDENTIALS}holder", [])
    # By another spelling of a member, a credential or a holder could be signed and not looked at.
    if len(said.get(f"{CREDENTIALS}{_MEMBER}", [])) != len(credentials) or len(holders) > 1:
        raise DocumentError("dropped_value", "It holds more than its members say")
    holder = holders[0] if holders else None
    return _Read(
        document,
        opened,
        canonicalize(quads).nquads.encode("utf-8"),
        holder.value if isinstance(holder, IRI) else None,
        credentials,
    )


def _signatures(
    read: _Read, intent: Intent, contexts: ContextSet, sources: Sources, policy: Policy
) -> Signatures | None:
    """What was found of its signatures; None where there is none."""
    if read.opened is not None:
        return check_envelope(
            read.opened,
            required=_required(read, read.opened.envelope.kid),
            sources=sources,
            policy=policy,
            intent=intent,
        )
    if "proof" not in read.document:
        return None
    try:
        proofs = list_proofs(read.document, lenient_time=policy.lenient_proof_dates)
    except KeysError:
        proofs = ()  # the trial says what is wrong with them
    return check_signatures(
        read.document,
        required=_required(read, *(proof.verification_method for proof in proofs)),
        document_hash=hashlib.sha256(read.statements).digest(),
        sources=sources,
        policy=policy,
        intent=intent,
        contexts=contexts,
    )


def _required(read: _Read, *methods: str) -> tuple[str, ...]:
    """Whose signatures it needs: its holder's; where it names none, those that are on it."""
    if read.holder is not None:
        return (read.holder,)
    signers: dict[str, None] = {}
    for method in methods:
        try:
            signers[split_url(method)[0]] = None
        except KeysError:
            continue  # the trial says what is wrong with it
    return tuple(signers) or ("an unknown holder",)


def _told(error: DocumentError) -> tuple[Finding, ...]:
    if error.code == "no_presentation":
        return (Finding("no_presentation", {"problem": error.message}),)
    examined = refused(error)
    return (examined.format,) if examined.terms is None else (examined.format, examined.terms)
