"""From a credential of any kind to what is signed of it, or to a clear refusal.

The rules, in order:

1. It keeps to the data model of its version (`vcdm`).
2. Its statements hold all of it: no term, type, id or value is lost, and no IRI is relative.
3. They are about one credential, by one issuer, with one beginning and one end, and that credential
   is none of our papers: those have closed models, which no other spelling of a type gets around.
4. A digest that it gives of a context that is held here is that context's.

What is told of the credential is told by its statements. A second spelling of the same statement
(a full IRI for a term, an array of one) therefore changes nothing that anybody is shown or told.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from contexts import compiled
from contexts.digests import multihash
from contexts.documents import PAPERS
from contexts.errors import DocumentError
from contexts.generic import vcdm
from contexts.generic.labels import labels_of
from contexts.generic.shapes import moment
from contexts.generic.tree import Item, Node, Reference, Value, plain, tree_of
from contexts.loader import ContextSet
from contexts.paths import ROOT
from contexts.quads import IRI, BlankNode, Quad, Subject, parse_nquads

__all__ = ["CREDENTIALS", "GenericCredential", "is_credential", "read"]

#: The namespaces of the data model, of names in general, and of our papers.
CREDENTIALS: Final = "https://www.w3.org/2018/credentials#"
_NAME: Final = "https://schema.org/name"
_PAPERS: Final = frozenset(f"https://w3id.org/ecvet#{name}" for name in PAPERS)
_DATE_TIME: Final = "http://www.w3.org/2001/XMLSchema#dateTime"


@dataclass(frozen=True, slots=True)
class GenericCredential:
    """A credential of any kind, by its statements; whether they are signed is found out elsewhere.

    `issuer` is an absolute IRI; `issuer_name` and `name` are what it is called, in the first of
    the languages that it is called in, if at all. `status` and `schemas` are its entries as JSON
    made from the statements. `statements` are in canonical form, `digest` that by which others
    refer to them. `written` is the JSON as it came, without proofs: to be held against schemas,
    which speak of JSON, and for nothing else.
    """

    version: vcdm.Version
    root: Node
    statements: bytes
    digest: str
    issuer: str
    issuer_name: str | None
    name: str | None
    valid_from: datetime | None
    valid_until: datetime | None
    written: Mapping[str, Any] = field(repr=False, compare=False)

    @property
    def id(self) -> str | None:
        """The credential's own address, if it has one."""
        return self.root.id

    @property
    def types(self) -> tuple[str, ...]:
        """What the credential is, besides a credential, in words of its contexts or as IRIs."""
        return tuple(
            one.label or one.id
            for one in self.root.types
            if one.id != CREDENTIALS + "VerifiableCredential"
        )

    @property
    def subjects(self) -> tuple[Item, ...]:
        """Whom or what it is about."""
        return self.root.all(CREDENTIALS + "credentialSubject")

    @property
    def status(self) -> list[Any] | None:
        """The signed entries that say where its status can be read; None where it has none."""
        entries = self.root.all(CREDENTIALS + "credentialStatus")
        return [plain(one) for one in entries] if entries else None

    @property
    def schemas(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The address and the types of each schema that it names."""
        named = self.root.all(CREDENTIALS + "credentialSchema")
        return tuple(
            (one.id or "", tuple(kind.label or kind.id for kind in one.types))
            for one in named
            if isinstance(one, Node)
        )

    def to_json(self) -> dict[str, Any]:
        """What the statements say, as JSON in the names of their contexts."""
        made: dict[str, Any] = plain(self.root)
        return made


def is_credential(document: object) -> bool:
    """Whether a document says that it is a credential, however it spells that."""
    if not isinstance(document, dict):
        return False
    named = [document.get(name) for name in ("type", "@type")]
    types = [one for given in named for one in (given if isinstance(given, list) else [given])]
    return bool(
        {"VerifiableCredential", CREDENTIALS + "VerifiableCredential"}
        & {one for one in types if isinstance(one, str)}
    )


def read(document: Mapping[str, Any], *, contexts: ContextSet) -> GenericCredential:
    """The credential that the document is. `proof` is no part of it: take it out first.

    Raises DocumentError: the codes of `vcdm.check` and of `to_quads`,
    `complexity_limit`, `native_respelled` and `wrong_value` (rule 3, such as two issuers),
    `resource_differs` (rule 4).
    """
    # A document that names neither version, or not first, is held against the newer: it says what
    # is expected.
    version = vcdm.version_of(document) or "2.0"
    vcdm.check(document, version=version)
    root, quads, statements = _stated(document, contexts)
    node = tree_of(quads, root, labels_of(document.get("@context"), contexts))
    _insist_on_foreign(node)
    issuer = _only(node, "issuer")
    issuer_id = issuer.id if isinstance(issuer, Node | Reference) else None
    if issuer_id is None:
        raise DocumentError("missing_member", "the issuer has no id", "$.issuer")
    start, end = (
        ("validFrom", "validUntil") if version == "2.0" else ("issuanceDate", "expirationDate")
    )
    _insist_on_digests(node, contexts)
    return GenericCredential(
        version=version,
        root=node,
        statements=statements,
        digest=multihash(statements),
        issuer=issuer_id,
        issuer_name=_called(issuer) if isinstance(issuer, Node) else None,
        name=_called(node),
        valid_from=_moment(node, start),
        valid_until=_moment(node, end),
        written=document,
    )


def _stated(document: Mapping[str, Any], contexts: ContextSet) -> tuple[Subject, list[Quad], bytes]:
    """The statements of a document: as canonical bytes, one by one, and what they are about."""
    # With `id` as the only way to name it at the top, the fast way leaves no doubt about the root.
    simple = not any(name.startswith("@") for name in document if name != "@context")
    fast = compiled.statements(document, contexts) if simple else None
    if fast is not None:
        named = document.get("id")
        fast_root: Subject = IRI(named) if isinstance(named, str) else BlankNode("c14n0")
        return fast_root, parse_nquads(fast.decode("utf-8")), fast
    from contexts.canonical import canonicalize  # noqa: PLC0415 - as in `statements`
    from contexts.expansion import to_described  # noqa: PLC0415

    root, quads = to_described(document, contexts=contexts)
    return root, quads, canonicalize(quads).nquads.encode("utf-8")


def _insist_on_foreign(node: Node) -> None:
    if not node.is_a(CREDENTIALS + "VerifiableCredential"):
        raise DocumentError("wrong_value", "the statements are about no credential", "$.type")
    ours = sorted(one.id for one in node.types if one.id in _PAPERS)
    if ours:
        raise DocumentError(
            "native_respelled",
            f"it is a {ours[0].rpartition('#')[2]} in another spelling than that paper has",
            "$.type",
        )


def _only(node: Node, name: str) -> Item | None:
    """The one value that the credential may have in a respect of the data model."""
    values = node.all(CREDENTIALS + name)
    if len(values) > 1:
        raise DocumentError("wrong_value", f"got {len(values)} values, expected one", f"$.{name}")
    return values[0] if values else None


def _moment(node: Node, name: str) -> datetime | None:
    value = _only(node, name)
    if value is None:
        return None
    if not isinstance(value, Value) or value.datatype != _DATE_TIME:
        raise DocumentError("wrong_shape", "expected a date and time", f"$.{name}")
    return moment(value.text, (ROOT, name))


def _called(node: Node) -> str | None:
    texts = [one for one in node.all(_NAME) if isinstance(one, Value)]
    english = [one for one in texts if one.language is None or one.language.startswith("en")]
    return next((one.text for one in english or texts), None)


def _insist_on_digests(node: Node, contexts: ContextSet) -> None:
    """Rule 4 (VCDM 2.0, section 5.3): as far as it can be known without fetching anything."""
    for resource in node.all(CREDENTIALS + "relatedResource"):
        address = resource.id if isinstance(resource, Node) else None
        if address is None or not isinstance(resource, Node) or address not in contexts:
            continue
        if not all(version.as_published for version in contexts.versions(address)):
            continue
        data = contexts.data(address)
        for written, same in _compared(resource, data):
            if not same:
                raise DocumentError(
                    "resource_differs",
                    f"the digest {written[:80]!r} is not that of {address} as it is known here",
                    "$.relatedResource",
                )


_HASHES: Final = {32: "sha256", 48: "sha384", 64: "sha512"}
_SRI: Final = CREDENTIALS + "digestSRI"
_MULTIBASE: Final = "https://w3id.org/security#digestMultibase"
_MULTIHASHES: Final = {b"\x12\x20": 32, b"\x20\x30": 48, b"\x13\x40": 64}


def _compared(resource: Node, data: bytes) -> Iterator[tuple[str, bool]]:
    """The digests of a resource that can be held against its bytes, and whether they fit."""
    for one in resource.all(_SRI):
        if isinstance(one, Value):
            digest = _decoded(one.text.partition("-")[2], urlsafe=False)
            yield one.text, digest in _hashed(digest, data)
    for one in resource.all(_MULTIBASE):
        if not isinstance(one, Value):
            continue
        if one.text.startswith("zQm"):
            yield one.text, one.text == multihash(data)
        elif one.text.startswith("u"):
            found = _decoded(one.text[1:], urlsafe=True) or b""
            if _MULTIHASHES.get(found[:2]) == len(found) - 2:
                yield one.text, found[2:] in _hashed(found[2:], data)


def _hashed(digest: bytes | None, data: bytes) -> tuple[bytes, ...]:
    """The bytes' digest by the hash that makes one of that length, if there is such a hash."""
    name = _HASHES.get(len(digest or b""))
    return (hashlib.new(name, data).digest(),) if name else ()


def _decoded(text: str, *, urlsafe: bool) -> bytes | None:
    padded = text + "=" * (-len(text) % 4)
    try:
        return base64.b64decode(padded, altchars=b"-_" if urlsafe else None, validate=True)
    except ValueError:
        return None
