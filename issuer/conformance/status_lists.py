"""Status lists of the conformance profile: in memory, with random places, signed when asked for."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from contexts.bitstring import MINIMUM_BITS, encode
from contexts.loader import ContextSet
from issuer.conformance.signers import SuiteSigner
from issuer.errors import IssuerError
from keys.moments import write_moment

__all__ = ["PURPOSES", "StatusLists"]

Purpose = Literal["revocation", "suspension"]
PURPOSES: Final[tuple[Purpose, ...]] = ("revocation", "suspension")
_ENTRY: Final = "BitstringStatusListEntry"
_LIFE: Final = timedelta(days=1)
_TTL_MS: Final = 1000


class StatusLists:
    """One list for each purpose, for all credentials of one run; shared by its threads."""

    def __init__(
        self,
        signer: SuiteSigner,
        contexts: ContextSet,
        *,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        self._signer = signer
        self._contexts = contexts
        self._clock = clock
        self._random = random
        self._bits = {purpose: bytearray(MINIMUM_BITS // 8) for purpose in PURPOSES}
        self._places: dict[str, int] = {}
        self._taken: set[int] = set()
        self._lock = threading.Lock()
        #: Where the service stands, such as `https://localhost:8443`; known once it listens.
        self.origin = ""

    def address(self, purpose: str) -> str:
        """Where the list of a purpose is served."""
        return f"{self.origin}/status/{purpose}"

    def entries(self, credential_id: str) -> list[dict[str, str]]:
        """The entries of a credential, at a place that it alone has."""
        with self._lock:
            if credential_id not in self._places:
                self._places[credential_id] = self._draw()
            place = self._places[credential_id]
        return [
            {
                "id": f"{self.address(purpose)}#{place}",
                "type": _ENTRY,
                "statusPurpose": purpose,
                "statusListIndex": str(place),
                "statusListCredential": self.address(purpose),
            }
            for purpose in PURPOSES
        ]

    def set(self, credential_id: str, purpose: Purpose, *, to: bool) -> None:
        """Set or clear a bit. IssuerError("unknown_document") for a credential not issued here."""
        with self._lock:
            if credential_id not in self._places:
                raise IssuerError("unknown_document", "No credential with that id was issued here.")
            byte, bit = divmod(self._places[credential_id], 8)
            mask = 0x80 >> bit
            bits = self._bits[purpose]
            bits[byte] = bits[byte] | mask if to else bits[byte] & ~mask

    def signed(self, purpose: Purpose) -> bytes:
        """The list as it stands now, signed."""
        with self._lock:
            encoded = encode(bytes(self._bits[purpose]))
        moment = self._clock()
        address = self.address(purpose)
        document: dict[str, Any] = {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": address,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": self._signer.did,
            "validFrom": write_moment(moment),
            "validUntil": write_moment(moment + _LIFE),
            "credentialSubject": {
                "id": f"{address}#list",
                "type": "BitstringStatusList",
                "statusPurpose": purpose,
                "encodedList": encoded,
                "ttl": _TTL_MS,
            },
        }
        signed = self._signer.sign(document, contexts=self._contexts, at=moment)
        return json.dumps(signed, separators=(",", ":")).encode()

    def given(self) -> Mapping[str, bytes]:
        """The lists by their addresses: a verifier of this run has them without a network."""
        return {self.address(purpose): self.signed(purpose) for purpose in PURPOSES}

    def _draw(self) -> int:
        while True:
            place = int.from_bytes(self._random(4), "big") % MINIMUM_BITS
            if place not in self._taken:
                self._taken.add(place)
                return place
