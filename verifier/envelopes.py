"""Documents in envelopes: `vc+jwt` and `vp+jwt`, bare or as an enveloped credential in JSON.

Follows VC-JOSE-COSE 1.0, section 3.1, and the Verifiable Credentials Data Model 2.0, sections 4.13
and 4.14. An envelope is opened before its signature is tried, so nothing here makes its content
true: `check_envelope` does. What is said twice, in the envelope's claims and in the document, must
be the same; a claim is taken out of the document only when it was compared or is answered for by
`check_envelope`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NoReturn

from contexts import strict_json
from contexts.errors import DocumentError
from keys.errors import KeysError
from keys.jose import CLAIMS_IN_HEADER, Envelope
from verifier.errors import VerifierError
from verifier.languages import Phrase

__all__ = [
    "EnvelopeError",
    "OpenedEnvelope",
    "enveloped",
    "is_compact",
    "may_be_envelope",
    "open_envelope",
]

_BLANKS: Final = b" \t\r\n"
# A header begins with `{"`, or `{` and white space, which base64url writes so; no name of a host
# looks like that. `=` and `~` (of SD-JWT) are no part of an envelope, and are refused as such.
_COMPACT: Final = re.compile(rb"(?:ey[AJ]|ew[0ko])[A-Za-z0-9_=-]*\.[A-Za-z0-9_=.~-]*")
_NAME: Final = b"Enveloped"
_BASE_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
#: The types of an envelope in JSON, each with the only `typ` that it may hold.
_TYPES: Final[Mapping[str, str]] = {
    "EnvelopedVerifiableCredential": "vc+jwt",
    "EnvelopedVerifiablePresentation": "vp+jwt",
}
#: What a document in each kind of envelope is, by its own types.
_CONTENT: Final[Mapping[str, str]] = {
    "vc+jwt": "VerifiableCredential",
    "vp+jwt": "VerifiablePresentation",
}
_DATA: Final = re.compile(r"data:([A-Za-z0-9!#$&^_.+/-]+)((?:;[^,]*)?),(.*)", re.DOTALL)
#: Claims that are compared with the document, or kept for who asks; all others stay in it.
_CLAIMS: Final = CLAIMS_IN_HEADER | {"nonce"}
#: What the form of an envelope can be refused for, as a finding; else `envelope_malformed`.
_CODES: Final[Mapping[str, str]] = {
    "unsafe_algorithm": "envelope_unsafe",
    "key_in_header": "envelope_unsafe",
    "unknown_critical": "envelope_unsafe",
    "bad_key_id": "envelope_unsafe",
    "unsupported_algorithm": "envelope_unsupported",
    "unsupported_key_id": "envelope_unsupported",
}


class EnvelopeError(VerifierError):
    """An envelope that cannot be taken as it stands.

    Codes, each a finding of the check `format` with the fact `problem`: `envelope_malformed`,
    `envelope_unsafe`, `envelope_unsupported`, `envelope_contradicts`.
    """


@dataclass(frozen=True, slots=True)
class OpenedEnvelope:
    """An envelope and the document in it, neither believed yet.

    `body` is the document's JSON without the claims that belong to the envelope (the payload's
    exact bytes where it has none); `claims` are those, from header and payload. `issued_at`,
    `not_before` and `expires` are what the envelope says of its own signature (`iat`, `nbf`,
    `exp`), which is another thing than the document's `validFrom` and `validUntil`.
    """

    envelope: Envelope
    body: bytes
    claims: Mapping[str, Any]
    issued_at: datetime | None = None
    not_before: datetime | None = None
    expires: datetime | None = None

    @property
    def is_presentation(self) -> bool:
        """Whether it holds a presentation, by its type; else a credential."""
        return self.envelope.typ == "vp+jwt"


def is_compact(data: bytes) -> bool:
    """Whether bytes look like a signed envelope in its compact form, sound or not."""
    return _COMPACT.fullmatch(data.strip(_BLANKS)) is not None


def may_be_envelope(body: bytes) -> bool:
    """Whether `open_envelope` could find one here: cheap, and never False for an envelope."""
    return _NAME in body or is_compact(body)


def open_envelope(body: bytes) -> OpenedEnvelope | None:
    """The envelope that `body` is, opened; None where it is none at all.

    Taken are the compact form, and a JSON object of the type `EnvelopedVerifiableCredential` or
    `EnvelopedVerifiablePresentation`. Raises EnvelopeError for an envelope that cannot be taken.
    """
    if body.lstrip(_BLANKS)[:1] == b"{":
        # Papers that are in no envelope, which most are, are not parsed for this.
        if _NAME not in body:
            return None
        try:
            document = strict_json.parse(body)
        except DocumentError:
            return None  # the reader of documents says what is wrong with it
        return enveloped(document)
    return _opened(body.strip(_BLANKS)) if is_compact(body) else None


def enveloped(document: object) -> OpenedEnvelope | None:
    """The envelope that a parsed JSON object is, opened; None where its type is another.

    Raises EnvelopeError.
    """
    if not isinstance(document, dict):
        return None
    named = document.get("type")
    types = named if isinstance(named, list) else [named]
    kinds = [kind for kind in types if isinstance(kind, str) and kind in _TYPES]
    if not kinds:
        return None
    kind = kinds[0]
    if types != [kind]:
        _malformed(f"An envelope has the one type {kind}, got {named!r:.80}")
    unknown = sorted(document.keys() - {"@context", "id", "type"})
    if unknown:
        _malformed(f"An {kind} holds nothing but its data, got {unknown[0]!r:.60} as well")
    contexts = document.get("@context")
    listed = contexts if isinstance(contexts, list) else [contexts]
    if _BASE_CONTEXT not in listed or not all(isinstance(url, str) for url in listed):
        _malformed(f"The `@context` of an {kind} names {_BASE_CONTEXT}, got {contexts!r:.80}")
    address = document.get("id")
    found = _DATA.fullmatch(address) if isinstance(address, str) else None
    if found is None:
        _malformed(f"The `id` of an {kind} is a data: address with the envelope in it")
    media_type, options, token = found.groups()
    if media_type.lower() != f"application/{_TYPES[kind]}" or options:
        raise EnvelopeError(
            "envelope_unsupported",
            Phrase(
                "Expected an {kind} as application/{types}, got {media_type}",
                kind=kind,
                types=_TYPES[kind],
                media_type=f"{media_type + options:.60}",
            ),
        )
    opened = _opened(token.encode("utf-8"))
    if opened.envelope.typ != _TYPES[kind]:
        _malformed(f"Expected {_TYPES[kind]} in an {kind}, got {opened.envelope.typ}")
    return opened


def _opened(token: bytes) -> OpenedEnvelope:
    if b"~" in token:
        raise EnvelopeError(
            "envelope_unsupported", Phrase("It is signed with selective disclosure (SD-JWT)")
        )
    try:
        envelope = Envelope.read(token)
    except KeysError as error:
        code = _CODES.get(error.code, "envelope_malformed")
        raise EnvelopeError(code, error.message.rstrip(".")) from error
    try:
        document = strict_json.parse(envelope.payload)
    except DocumentError as error:
        _malformed(f"The document in the envelope: {error}")
    if not isinstance(document, dict):
        _malformed("The envelope holds no JSON object, expected a document")
    for name in ("vc", "vp"):
        if name in document:
            # Section 3.1.3; and a reader of that older form would see another document than we do.
            _malformed(f"The document stands in the claim `{name}`, as in an older form")
    # One that says that it is both could be signed for logging in, and shown as vouched for.
    if [typ for typ, name in _CONTENT.items() if _is_of_type(document, name)] != [envelope.typ]:
        _malformed(
            f"Expected a {_CONTENT[envelope.typ]} alone in {envelope.typ}, "
            f"got a document of the type {document.get('type')!r:.80}"
        )
    if "proof" in document:
        _malformed("The document in the envelope has a signature of its own as well")
    claims = _claims(envelope, document)
    _compare(claims, document, presented=envelope.typ == "vp+jwt")
    moments = {name: _moment(claims, name) for name in ("iat", "nbf", "exp")}
    _in_order(moments)
    bare = {name: value for name, value in document.items() if name not in _CLAIMS}
    return OpenedEnvelope(
        envelope,
        envelope.payload if len(bare) == len(document) else _encoded(bare),
        claims,
        moments["iat"],
        moments["nbf"],
        moments["exp"],
    )


def _is_of_type(document: Mapping[str, Any], name: str) -> bool:
    types = document.get("type")
    return name in types if isinstance(types, list) else name == types


def _claims(envelope: Envelope, document: Mapping[str, Any]) -> dict[str, Any]:
    """The claims of payload and header; where both have one, it is the same (RFC 7519, 5.3)."""
    claims = {name: document[name] for name in _CLAIMS if name in document}
    for name in CLAIMS_IN_HEADER & envelope.header.keys():
        said = envelope.header[name]
        if name in claims and (claims[name] != said or type(claims[name]) is not type(said)):
            _contradicts(name, said, f"in the header and {claims[name]!r:.80} in the document")
        claims[name] = said
    return claims


def _compare(claims: Mapping[str, Any], document: Mapping[str, Any], *, presented: bool) -> None:
    """Hold the claims against what the document says of the same (section 3.1.3 and 4.1.2)."""
    by = document.get("holder" if presented else "issuer")
    issuer = by.get("id") if isinstance(by, dict) else by
    subject = document.get("credentialSubject")
    subjects = [
        one.get("id")
        for one in (subject if isinstance(subject, list) else [subject])
        if isinstance(one, dict)
    ]
    counterparts: dict[str, list[Any]] = {
        "iss": [issuer],
        "sub": [issuer] if presented else subjects,
    }
    if "id" in document:
        counterparts["jti"] = [document["id"]]
    for name in ("iss", "sub", "jti"):
        if name not in claims:
            continue
        said = claims[name]
        if not isinstance(said, str) or not said:
            _malformed(f"Expected the claim `{name}` as text, got {said!r:.60}")
        if said not in counterparts.get(name, [said]):
            _contradicts(name, said, "where the document says otherwise")
    if "aud" in claims and not presented:
        _malformed("It is addressed to one reader only, as no document for others is")


def _moment(claims: Mapping[str, Any], name: str) -> datetime | None:
    """A NumericDate (RFC 7519, section 2): seconds since 1970 in UTC."""
    if name not in claims:
        return None
    said = claims[name]
    if not isinstance(said, int | float) or isinstance(said, bool):
        _malformed(f"Expected the claim `{name}` as seconds since 1970, got {said!r:.60}")
    try:
        return datetime.fromtimestamp(said, UTC)
    except (ValueError, OverflowError, OSError):
        _malformed(f"The claim `{name}` names no year that calendars hold: {said!r:.60}")


def _in_order(moments: Mapping[str, datetime | None]) -> None:
    ends = moments["exp"]
    for name in ("iat", "nbf"):
        begins = moments[name]
        if begins is not None and ends is not None and begins >= ends:
            _contradicts("exp", ends.isoformat(), f"not after `{name}`, {begins.isoformat()}")


def _encoded(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _malformed(problem: str) -> NoReturn:
    raise EnvelopeError("envelope_malformed", problem)


def _contradicts(name: str, said: object, against: str) -> NoReturn:
    raise EnvelopeError(
        "envelope_contradicts",
        Phrase(
            "The envelope's `{name}` is {said}, {against}",
            name=name,
            said=f"{said!r:.80}",
            against=against,
        ),
    )
