"""Documents signed as JSON Web Signatures: `vc+jwt` and `vp+jwt`.

Follows VC-JOSE-COSE 1.0, sections 3.1 and 4.1, in the compact form of RFC 7515, with the advice of
RFC 8725. An envelope is read strictly by our own code before any library sees it, so that nothing
in it can be taken in two ways: three segments in their one spelling, a header that is I-JSON, and
no header member that asks for a key of the sender's choosing or for a rule that we do not know.

The algorithm follows from the key that the signer publishes. The header's `alg` can only agree
with it; it never chooses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from contexts import strict_json
from contexts.errors import DocumentError
from keys.algorithms import PrivateKey, PublicKey
from keys.did import split_url
from keys.errors import KeysError
from keys.jwk import SIGNATURE_NAMES
from keys.multibase import decode_base64url

__all__ = [
    "CLAIMS_IN_HEADER",
    "ENVELOPE_TYPES",
    "Envelope",
    "sign_envelope",
    "verify_envelope",
]

ENVELOPE_TYPES: Final[Mapping[str, str]] = {"vc+jwt": "vc", "vp+jwt": "vp"}
"""The values of `typ` that are read, each with the `cty` of what is in such an envelope."""

CLAIMS_IN_HEADER: Final = frozenset({"iss", "sub", "aud", "jti", "iat", "nbf", "exp"})
"""Claims that a header may repeat (RFC 7519, section 5.3); whoever opens the envelope compares."""

_LIMIT: Final = 6 * 1024 * 1024
_HEADER_LIMITS: Final = strict_json.ReadingLimits(max_bytes=8 * 1024, max_depth=4)
_TEXTS: Final = ("alg", "kid", "typ", "cty")
# RFC 7515, section 4.1: each names or holds a key of the sender's own choice.
_KEYS_IN_HEADER: Final = ("jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256")
_KNOWN_NAMES: Final = frozenset(name for names in SIGNATURE_NAMES.values() for name in names)
# Sound, and found by another way than we go: a controlled identifier that is no DID.
_WEB_ADDRESS: Final = re.compile(r"https://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~/-]*)?#[A-Za-z0-9_-]+")
# In a fragment these could be taken for a path, a query or an escape by whoever looks the key up.
_PATH_LIKE: Final = frozenset("/?\\%")


@dataclass(frozen=True, slots=True)
class Envelope:
    """A compact JSON Web Signature whose form is sound and whose signature is not checked yet.

    `kid` is the absolute address of the verification method (DID and fragment), `typ` one of
    `ENVELOPE_TYPES`, `payload` the document's exact bytes. Only `verify_envelope` says whether
    any of it is to be believed.
    """

    header: Mapping[str, object]
    payload: bytes
    kid: str
    alg: str
    typ: str
    token: str = field(repr=False)

    @classmethod
    def read(cls, token: bytes | str, *, max_bytes: int = _LIMIT) -> Envelope:
        """The envelope that a compact form is.

        Raises KeysError: `bad_envelope` (too large, not three segments, a segment that is not
        canonical base64url without padding, a header that is no strict JSON object, a member of
        another kind), `unsafe_algorithm` (`none`, HMAC), `unsupported_algorithm`,
        `key_in_header`, `unknown_critical`, `unknown_header`, `bad_key_id` (absent, relative or
        path-like), `unsupported_key_id` (a web address, where a DID is read here),
        `wrong_envelope_type`.
        """
        text = _text(token, max_bytes)
        segments = text.split(".")
        if len(segments) != 3:
            raise KeysError(
                "bad_envelope", f"A signed envelope has three segments, got {len(segments)}."
            )
        header_bytes, payload, signature = (_decoded(segment) for segment in segments)
        header = _header(header_bytes)
        alg = _algorithm(header)
        if not signature:
            raise KeysError("bad_envelope", "The envelope has no signature.")
        return cls(header, payload, _key_id(header), alg, _type(header), text)


def sign_envelope(
    payload: bytes,
    *,
    private_key: PrivateKey,
    kid: str,
    typ: str = "vc+jwt",
    cty: str | None = None,
) -> str:
    """The compact form of `payload`, signed by the key whose method's address is `kid`.

    `cty` follows from `typ` (`vc` in `vc+jwt`, `vp` in `vp+jwt`) unless it is given. The bytes
    are signed as they are: what they say is the caller's to check.

    Raises KeysError as `Envelope.read`: what any reader would refuse is not signed.
    """
    # Imported when there is something to sign: no command that only reads papers needs PyJWT.
    from keys.jws import signed  # noqa: PLC0415

    header = {
        "alg": SIGNATURE_NAMES[private_key.algorithm][0],
        "kid": kid,
        "typ": typ,
        "cty": ENVELOPE_TYPES.get(typ, "") if cty is None else cty,
    }
    _key_id(header)
    _type(header)
    return Envelope.read(signed(payload, header, private_key)).token


def verify_envelope(envelope: Envelope, *, public_key: PublicKey) -> None:
    """Return if the envelope is signed by that key; raise otherwise.

    Whether the key may sign, for whom and when, is asked elsewhere (`DidDocument.method`).

    Raises KeysError `key_mismatch` (the header names another algorithm than the key's) or
    `signature_invalid`.
    """
    from keys.jws import payload_of  # noqa: PLC0415

    names = SIGNATURE_NAMES[public_key.algorithm]
    if envelope.alg not in names:
        raise KeysError(
            "key_mismatch",
            f"A {public_key.algorithm} key signs as {' or '.join(names)}, "
            f"got the header's alg {envelope.alg!r:.40}.",
        )
    if payload_of(envelope.token, public_key, envelope.alg) != envelope.payload:
        raise KeysError("bad_envelope", "The envelope was read in two ways.")


def _text(token: bytes | str, max_bytes: int) -> str:
    if len(token) > max_bytes:
        raise KeysError(
            "bad_envelope", f"The envelope has {len(token):,} bytes, at most {max_bytes:,}."
        )
    if isinstance(token, str):
        return token
    try:
        return token.decode("ascii")
    except UnicodeDecodeError:
        raise KeysError(
            "bad_envelope", "A signed envelope is base64url and full stops only."
        ) from None


def _decoded(segment: str) -> bytes:
    try:
        return decode_base64url(segment)
    except KeysError as error:
        raise KeysError("bad_envelope", f"A segment of the envelope: {error.message}") from error


def _header(data: bytes) -> Mapping[str, object]:
    try:
        header = strict_json.parse(data, limits=_HEADER_LIMITS)
    except DocumentError as error:
        raise KeysError("bad_envelope", f"The envelope's header: {error.message}.") from error
    if not isinstance(header, dict):
        raise KeysError("bad_envelope", "The envelope's header is no JSON object.")
    for name in _TEXTS:
        if name in header and not isinstance(header[name], str):
            raise KeysError(
                "bad_envelope", f"Expected the header's {name} as text, got {header[name]!r:.40}."
            )
    found = [name for name in _KEYS_IN_HEADER if name in header]
    if found:
        raise KeysError(
            "key_in_header",
            f"The header brings its own key in {found[0]!r}; only keys that the signer's DID "
            "document publishes count.",
        )
    if "crit" in header or "b64" in header:
        raise KeysError(
            "unknown_critical",
            f"The header asks for an extension that is not known here: {header.get('crit')!r:.60}.",
        )
    unknown = sorted(header.keys() - CLAIMS_IN_HEADER - set(_TEXTS))
    if unknown:
        raise KeysError("unknown_header", f"The header has an unknown member {unknown[0]!r:.60}.")
    return header


def _algorithm(header: Mapping[str, object]) -> str:
    alg = header.get("alg")
    if isinstance(alg, str) and alg in _KNOWN_NAMES:
        return alg
    if not isinstance(alg, str):
        raise KeysError("bad_envelope", "The header names no algorithm in `alg`.")
    if alg.lower() == "none" or alg.upper().startswith("HS"):
        raise KeysError(
            "unsafe_algorithm",
            f"Got the alg {alg!r:.40}: an envelope that anybody could have made is no signature.",
        )
    raise KeysError(
        "unsupported_algorithm",
        f"Expected the alg {', '.join(sorted(_KNOWN_NAMES))}, got {alg!r:.40}.",
    )


def _key_id(header: Mapping[str, object]) -> str:
    kid = header.get("kid")
    if not isinstance(kid, str):
        raise KeysError("bad_key_id", "The header names no key in `kid`.")
    if _WEB_ADDRESS.fullmatch(kid):
        raise KeysError(
            "unsupported_key_id",
            f"Expected `kid` as an address in a DID document, such as DID#key, got {kid!r:.80}.",
        )
    try:
        _, fragment = split_url(kid)
    except KeysError:
        fragment = "/"
    if _PATH_LIKE & set(fragment):
        raise KeysError(
            "bad_key_id",
            f"Expected `kid` as the whole address of a key, such as DID#key, got {kid!r:.80}.",
        )
    return kid


def _type(header: Mapping[str, object]) -> str:
    """The envelope's type, from `typ` or, where that is absent, from `cty`.

    Section 3.1.1 only recommends them; without either, nothing tells the envelope from a token
    that was signed for another use (RFC 8725, section 3.11).
    """
    typ = _short(header.get("typ"))
    cty = _short(header.get("cty"))
    if typ is None:
        typ = next((name for name, content in ENVELOPE_TYPES.items() if content == cty), None)
    if typ is None or typ not in ENVELOPE_TYPES or cty not in (None, ENVELOPE_TYPES[typ]):
        raise KeysError(
            "wrong_envelope_type",
            "Expected typ vc+jwt with cty vc, or vp+jwt with vp, "
            f"got {header.get('typ')!r:.40} with {header.get('cty')!r:.40}.",
        )
    return typ


def _short(value: object) -> str | None:
    """A media type without `application/`, which may be left out (RFC 7515, section 4.1.9)."""
    return value.lower().removeprefix("application/") if isinstance(value, str) else None
