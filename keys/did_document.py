"""DID documents read as evidence: which key may do what, in whose name, since when no longer.

Follows Controlled Identifiers 1.0, sections 2.2 and 2.3. A document is refused as a whole where it
could be understood in two ways; one method that cannot be used (a curve or type of others, a
malformed key) is refused only when it is asked for, so that a neighbour's key hides no good one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from keys import multibase, multikey
from keys.algorithms import Algorithm, PublicKey
from keys.did import Did, did_key, key_of, parse, split_url
from keys.errors import KeysError
from keys.jwk import from_jwk
from keys.moments import read_moment

__all__ = [
    "PURPOSES",
    "RETIRED",
    "DidDocument",
    "Standing",
    "VerificationMethod",
    "resolve_did_key",
]

RETIRED: Final = "https://w3id.org/ecvet#retired"
"""Our own marker on a method whose private half is destroyed: a property with its full address, so
that it needs no context and other readers pass it over (docs/decisions/0002-key-retirement.md)."""

PURPOSES: Final = (
    "assertionMethod",
    "authentication",
    "capabilityDelegation",
    "capabilityInvocation",
    "keyAgreement",
)

Standing = Literal["active", "retired", "expired", "revoked"]

# Far more than an institution's history needs; a longer list is an attack on whoever reads it.
_METHODS: Final = 1000


@dataclass(frozen=True, slots=True)
class VerificationMethod:
    """A key as its owner published it, under an absolute id; times carry their zone.

    `revoked`: reported compromised at that moment. `expires`: not to be used from then on.
    `retired`: the owner destroyed the private half then; signatures made before stay good.
    """

    id: str
    controller: str
    public_key: PublicKey
    revoked: datetime | None = None
    expires: datetime | None = None
    retired: datetime | None = None

    def standing(self, at: datetime) -> Standing:
        """How the key stands at a moment: the gravest of what its owner published about it."""
        if self.revoked is not None and self.revoked <= at:
            return "revoked"
        if self.expires is not None and self.expires <= at:
            return "expired"
        return "retired" if self.retired is not None and self.retired <= at else "active"


@dataclass(frozen=True, slots=True)
class _Unusable:
    """A method that is there and cannot be used, with the reason."""

    id: str
    error: KeysError


@dataclass(frozen=True, slots=True)
class DidDocument:
    """A DID document whose id is the one that was asked for; made by `read`."""

    id: str
    _methods: Mapping[str, VerificationMethod | _Unusable] = field(repr=False)
    _relationships: Mapping[str, frozenset[str]] = field(repr=False)

    @classmethod
    def read(cls, document: object, *, expected_did: str | Did) -> DidDocument:
        """A parsed JSON document, which must be that of `expected_did`.

        Raises KeysError: `bad_did_document` (shape, an id twice), `wrong_did` (another's document).
        """
        did = str(expected_did)
        top = _object(document, "the DID document")
        if top.get("id") != did:
            raise KeysError(
                "wrong_did",
                f"Expected the document of {did:.120}, got that of {top.get('id')!r:.120}.",
            )
        methods: dict[str, VerificationMethod | _Unusable] = {}
        for entry in _list(top, "verificationMethod"):
            _add(methods, _method(_object(entry, "a verification method"), did))
        relationships: dict[str, frozenset[str]] = {}
        for purpose in PURPOSES:
            named: set[str] = set()
            for entry in _list(top, purpose):
                if isinstance(entry, str):
                    named.add(_absolute(entry, did))
                else:
                    # A method embedded here serves this purpose and no other.
                    method = _method(_object(entry, f"an entry of {purpose}"), did)
                    _add(methods, method)
                    named.add(method.id)
            relationships[purpose] = frozenset(named)
        return cls(did, methods, relationships)

    def method(self, id: str, purpose: str = "assertionMethod") -> VerificationMethod:
        """The method with that id, if this document lets it serve `purpose`.

        The caller still asks for its `standing` at the moment that matters.

        Raises KeysError: `method_not_found`; `key_revoked` (reported compromised, and withdrawn
        from the purpose); `wrong_purpose`; `wrong_controller` (published here, but another's);
        or what makes this method unusable (`unsupported_key`, `bad_key`, `weak_key`, ...).
        """
        method = self._found(id)
        if method.id not in self._relationships.get(purpose, frozenset()):
            if isinstance(method, VerificationMethod) and method.revoked is not None:
                raise KeysError(
                    "key_revoked",
                    f"The key {method.id:.160} was reported compromised as of "
                    f"{method.revoked.isoformat()} and withdrawn from {purpose:.40}.",
                )
            raise KeysError(
                "wrong_purpose", f"The key {method.id:.160} is not published under {purpose:.40}."
            )
        return self._usable(method)

    def withdrawn(self, id: str) -> VerificationMethod:
        """The method with that id, whatever it may serve: to weigh evidence about a revoked key.

        Raises KeysError as `method`, but for `key_revoked` and `wrong_purpose`.
        """
        return self._usable(self._found(id))

    def methods(self) -> tuple[VerificationMethod, ...]:
        """Every usable method that this DID itself controls, in the document's order."""
        return tuple(
            method
            for method in self._methods.values()
            if isinstance(method, VerificationMethod) and method.controller == self.id
        )

    def _found(self, id: str) -> VerificationMethod | _Unusable:
        method = self._methods.get(id)
        if method is None:
            raise KeysError(
                "method_not_found", f"The document of {self.id:.120} publishes no key {id!r:.160}."
            )
        return method

    def _usable(self, method: VerificationMethod | _Unusable) -> VerificationMethod:
        if isinstance(method, _Unusable):
            raise KeysError(method.error.code, f"The key {method.id:.160}: {method.error.message}")
        if method.controller != self.id:
            raise KeysError(
                "wrong_controller",
                f"The key {method.id:.160} is controlled by {method.controller:.120}, "
                f"not by {self.id:.120}.",
            )
        return method


def resolve_did_key(did: str | Did) -> DidDocument:
    """The document that a did:key is: one method, named after the key, for signing and login.

    Raises KeysError as `did.parse`: `unsupported_key` for the curves that we do not read.
    """
    parsed = parse(did) if isinstance(did, str) else did
    key = key_of(parsed)
    name = did_key(key)
    method = VerificationMethod(f"{name}#{parsed.specific}", name, key)
    named = frozenset({method.id})
    return DidDocument(
        name, {method.id: method}, {"assertionMethod": named, "authentication": named}
    )


def _multikey(entry: Mapping[str, object]) -> PublicKey:
    return multikey.decode_public(_text(entry, "publicKeyMultibase"))


def _jwk(entry: Mapping[str, object]) -> PublicKey:
    jwk = entry.get("publicKeyJwk")
    if not isinstance(jwk, dict):
        raise KeysError("bad_key", f"Expected publicKeyJwk to be an object, got {jwk!r:.40}.")
    return from_jwk(jwk)


def _base58(entry: Mapping[str, object]) -> PublicKey:
    """The bare base58 of the oldest types: the letters of multibase, and the type says what."""
    algorithm = _TYPES[_text(entry, "type")][1]
    if algorithm is None:
        raise KeysError("bad_key", "A bare base58 key needs a type that names its curve.")
    return PublicKey(algorithm, multibase.decode("z" + _text(entry, "publicKeyBase58")))


_FORMS: Final[dict[str, Callable[[Mapping[str, object]], PublicKey]]] = {
    "publicKeyMultibase": _multikey,
    "publicKeyJwk": _jwk,
    "publicKeyBase58": _base58,
}
_OLD_FORMS: Final = ("publicKeyMultibase", "publicKeyBase58")
# Each type with the forms that it may hold its key in and, for the older ones, its only algorithm.
_TYPES: Final[dict[str, tuple[tuple[str, ...], Algorithm | None]]] = {
    "Multikey": (("publicKeyMultibase",), None),
    "JsonWebKey": (("publicKeyJwk",), None),
    "JsonWebKey2020": (("publicKeyJwk",), None),
    "Ed25519VerificationKey2018": (_OLD_FORMS, "Ed25519"),
    "Ed25519VerificationKey2020": (("publicKeyMultibase",), "Ed25519"),
    "P256Key2021": (_OLD_FORMS, "P-256"),
    "P384Key2021": (_OLD_FORMS, "P-384"),
    "EcdsaSecp256r1VerificationKey2019": (("publicKeyMultibase", "publicKeyJwk"), "P-256"),
}
_SECRETS: Final = (
    "secretKeyMultibase",
    "secretKeyJwk",
    "privateKeyMultibase",
    "privateKeyJwk",
    "privateKeyBase58",
)


def _method(entry: Mapping[str, object], did: str) -> VerificationMethod | _Unusable:
    written = entry.get("id")
    if not isinstance(written, str):
        raise KeysError("bad_did_document", f"Expected a method's id as text, got {written!r:.40}.")
    id = _absolute(written, did)
    try:
        split_url(id)
    except KeysError as error:
        raise KeysError("bad_did_document", f"A method's id: {error.message}") from error
    try:
        controller = _text(entry, "controller")
        key = _key(entry)
        moments = {
            name: read_moment(entry[term], where=term) if term in entry else None
            for name, term in (("revoked",) * 2, ("expires",) * 2, ("retired", RETIRED))
        }
    except KeysError as error:
        return _Unusable(id, error)
    return VerificationMethod(id, controller, key, **moments)


def _key(entry: Mapping[str, object]) -> PublicKey:
    exposed = [name for name in _SECRETS if name in entry]
    if exposed:
        raise KeysError(
            "private_key_exposed", f"Expected a public key, got the private member {exposed[0]!r}."
        )
    type_ = entry.get("type")
    if not isinstance(type_, str) or type_ not in _TYPES:
        raise KeysError("unsupported_key", f"Expected Multikey or JsonWebKey, got {type_!r:.60}.")
    allowed, algorithm = _TYPES[type_]
    forms = [name for name in (*_FORMS, "publicKeyPem", "publicKeyHex") if name in entry]
    if len(forms) != 1 or forms[0] not in allowed:
        raise KeysError(
            "bad_key",
            f"Expected one key as {' or '.join(allowed)} in {type_}, "
            f"got {', '.join(forms) or 'none'}.",
        )
    key = _FORMS[forms[0]](entry)
    if algorithm not in (None, key.algorithm):
        raise KeysError("bad_key", f"Expected a {algorithm} key in {type_}, got {key.algorithm}.")
    return key


def _add(
    methods: dict[str, VerificationMethod | _Unusable], method: VerificationMethod | _Unusable
) -> None:
    if method.id in methods:
        raise KeysError("bad_did_document", f"The document gives {method.id:.160} twice.")
    if len(methods) == _METHODS:
        raise KeysError("bad_did_document", f"The document has more than {_METHODS} methods.")
    methods[method.id] = method


def _absolute(written: str, did: str) -> str:
    return did + written if written.startswith("#") else written


def _text(entry: Mapping[str, object], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value:
        raise KeysError("bad_key", f"Expected {name} as text, got {value!r:.40}.")
    return value


def _object(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise KeysError(
            "bad_did_document", f"Expected {what} to be an object, got {type(value).__name__}."
        )
    return value


def _list(top: Mapping[str, object], name: str) -> list[object]:
    value = top.get(name, [])
    if not isinstance(value, list):
        raise KeysError(
            "bad_did_document", f"Expected {name} to be a list, got {type(value).__name__}."
        )
    return value
