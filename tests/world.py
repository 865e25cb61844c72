"""A small world for tests: institutions with keys, papers that they sign, and a network in memory.

Nothing here is faked but the network: every paper is completed, canonicalised and signed as the
product does it. Keys are made from fixed seeds, so that a failing case is the same tomorrow.
"""

from __future__ import annotations

import copy
import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from contexts.bitstring import MINIMUM_BITS, encode
from contexts.loader import bundled
from contexts.statements import digest_of
from issuer.draft import complete
from keys.algorithms import Algorithm, PrivateKey
from keys.did import did_key
from keys.did_publication import build_did_document, method_id
from keys.moments import write_moment
from keys.proofs import create
from keys.records import KeyRecord
from verifier.fetch import Fetched, FetchError
from verifier.policy import Policy
from verifier.report import Report
from verifier.status import ListMemory
from verifier.trust import NamedAuthority, Operator, PinnedInstitution, Trust, write_copies
from verifier.verify import Surroundings, verify

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
SINCE = datetime(2024, 1, 1, tzinfo=UTC)


def seeded(name: str) -> Callable[[int], bytes]:
    """Bytes that look random and are always the same for one name."""
    stream = hashlib.shake_256(f"test key of {name}".encode())
    return stream.digest


@dataclass
class Party:
    """An institution, or a learner with a key of their own."""

    name: str
    did: str
    key: PrivateKey
    records: list[KeyRecord]
    node: dict[str, Any]

    @property
    def method(self) -> str:
        if self.did.startswith("did:key:"):
            return f"{self.did}#{self.did.removeprefix('did:key:')}"
        return method_id(self.did, self.records[-1])


@dataclass
class World:
    """The institutions, what stands at which address, and what the verifier trusts."""

    parties: dict[str, Party] = field(default_factory=dict)
    network: dict[str, bytes | FetchError] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    pinned: list[str] = field(default_factory=list)
    authorities: list[str] = field(default_factory=list)
    anchors: list[bytes] = field(default_factory=list)
    copies: dict[str, bytes] = field(default_factory=dict)
    copied_at: datetime = NOW
    copies_ttl: int = 60
    operator: Operator = field(default_factory=lambda: Operator(name="the test operator"))
    serial: int = 0

    def institution(
        self,
        name: str,
        legal_name: str | None = None,
        country: str = "FI",
        *,
        algorithm: Algorithm = "Ed25519",
    ) -> Party:
        did = f"did:web:{name}.example"
        key = PrivateKey.generate(algorithm, random=seeded(name))
        node = {
            "id": did,
            "type": "CompetentInstitution",
            "legalName": legal_name or f"{name.title()} College",
            "country": country,
        }
        party = Party(name, did, key, [KeyRecord(key.public, SINCE)], node)
        self.parties[name] = party
        self.publish(name)
        return party

    def learner(self, name: str) -> Party:
        key = PrivateKey.generate("Ed25519", random=seeded(name))
        party = Party(name, did_key(key.public), key, [], {})
        self.parties[name] = party
        return party

    def publish(self, name: str) -> None:
        """Serve the institution's DID document as its key records are now."""
        party = self.parties[name]
        document = build_did_document(party.did, party.records)
        address = f"https://{name}.example/.well-known/did.json"
        self.network[address] = json.dumps(document).encode()

    def complete(self, draft: Mapping[str, Any], issuer: str, **more: Any) -> dict[str, Any]:
        """The unsigned document of a draft, under a new address of the issuer's."""
        self.serial += 1
        node = dict(self.parties[issuer].node)
        if "ExpertCertificate" in draft["type"]:
            node["type"] = ["Profile", "CompetentInstitution"]
            node |= {"name": node["legalName"], "url": f"https://{issuer}.example/"}
        return complete(
            copy.deepcopy(dict(draft)),
            document_id=f"https://{issuer}.example/credentials/{self.serial:032x}",
            issuer=node,
            valid_from="2026-06-12T09:00:00Z",
            describe=lambda name: self.parties[name].node or {"id": self.parties[name].did},
            **more,
        )

    def sign(self, document: dict[str, Any], *signers: str) -> dict[str, Any]:
        """The document with one proof of each signer; one alone stands without a list."""
        bare = {key: value for key, value in document.items() if key != "proof"}
        proofs = [
            create(
                bare,
                private_key=self.parties[name].key,
                verification_method=self.parties[name].method,
                created=datetime(2026, 6, 12, 9, tzinfo=UTC),
                contexts=bundled(),
            )
            for name in signers
        ]
        if proofs:
            bare["proof"] = proofs[0] if len(proofs) == 1 else proofs
        return bare

    def issue(self, draft: Mapping[str, Any], issuer: str, *others: str) -> dict[str, Any]:
        """A draft completed, signed by its issuer and the others, and published."""
        signed = self.sign(self.complete(draft, issuer), issuer, *others)
        self.serve(signed)
        return signed

    def serve(self, document: Mapping[str, Any]) -> bytes:
        """Publish a document at its own address; its bytes."""
        body = encoded(document)
        self.network[str(document["id"])] = body
        return body

    def status_list(
        self,
        issuer: str,
        purpose: str,
        *places: int,
        address: str = "",
        began: datetime = NOW - timedelta(minutes=1),
        ends: datetime = NOW + timedelta(days=30),
        ttl: int | None = 300,
        bits: int = MINIMUM_BITS,
        signer: str | None = "",
        **subject: Any,
    ) -> dict[str, Any]:
        """A signed status list with these places set; `ttl` in seconds, `signer` else the issuer.

        It is not yet published: `serve` does that.
        """
        address = address or f"https://{issuer}.example/status/1-{purpose}"
        field_of = bytearray(bits // 8)
        for place in places:
            field_of[place // 8] |= 0x80 >> place % 8
        listed: dict[str, Any] = {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encode(bytes(field_of)),
            **({} if ttl is None else {"ttl": 1000 * ttl}),
            **subject,
        }
        document = {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": address,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": self.parties[issuer].did,
            "validFrom": write_moment(began),
            "validUntil": write_moment(ends),
            "credentialSubject": listed,
        }
        return document if signer is None else self.sign(document, signer or issuer)

    def get(self, url: str, *, accept: str, limit: int) -> Fetched:
        """The door: what stands at an address in this world."""
        self.fetched.append(url)
        body = self.network.get(url, FetchError("unreachable", "The host does not answer.", url))
        if isinstance(body, FetchError):
            raise body
        if len(body) > limit:
            raise FetchError("too_large", "The answer is too large.", url)
        return Fetched(url, body, "application/json", NOW)

    def trust(self) -> Trust:
        """What the verifier's operator trusts in this world."""

        def named(name: str) -> dict[str, str]:
            party = self.parties[name]
            return {"id": party.did, "name": party.node["legalName"], "added_on": "2026-01-01"}

        return Trust(
            operator=self.operator,
            pinned={self.parties[n].did: PinnedInstitution(**named(n)) for n in self.pinned},
            authorities={self.parties[n].did: NamedAuthority(**named(n)) for n in self.authorities},
            signed=tuple(self.anchors),
        )

    def verify(
        self,
        body: bytes,
        *together: bytes,
        at: datetime = NOW,
        now: datetime = NOW,
        policy: Policy | None = None,
        lists: ListMemory | None = None,
    ) -> Report:
        """Verify a document, with others given together with it."""
        given = {}
        for other in together:
            given[json.loads(other)["id"]] = other
        with tempfile.TemporaryDirectory() as folder:
            trust = self.trust()
            if self.copies:
                write_copies(
                    Path(folder), self.copies.items(), at=self.copied_at, ttl=self.copies_ttl
                )
                trust = replace(trust, copies=Trust.load(Path(folder)).copies)
            surroundings = Surroundings(trust, self, given, lists or ListMemory())
            return verify(
                body, surroundings=surroundings, policy=policy or Policy(), at=at, now=now
            )


def encoded(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def status_entry(paper: str, purpose: str, list_address: str, index: int | str) -> dict[str, Any]:
    """A paper's entry in a status list, as the issuer writes it."""
    entry: dict[str, Any] = {
        "id": f"{paper}#status-{purpose}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": list_address,
    }
    if purpose == "message":
        entry["statusMessage"] = [
            {"id": f"{paper}#message-0", "status": "0x0", "message": "current"},
            {"id": f"{paper}#message-1", "status": "0x1", "message": "superseded"},
        ]
    return entry


def reference(document: Mapping[str, Any], kind: str) -> dict[str, str]:
    """How another paper refers to this one."""
    return {"id": str(document["id"]), "type": kind, "digest": digest_of(document)}
