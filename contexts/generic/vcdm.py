"""The data model that all credentials and presentations share.

Verifiable Credentials Data Model 2.0 (W3C Recommendation), and for documents of the older version
what 1.1 says otherwise. What is checked here is the JSON as its author wrote it; whether every term
in it has a meaning, and what the document then says, the statements tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from contexts.errors import DocumentError
from contexts.generic.shapes import (
    check_identifier,
    check_text,
    check_value_objects,
    identifier_of,
    kind_of,
    moment,
    objects,
    types_of,
)
from contexts.paths import ROOT, Place, refusal, shown

__all__ = ["BASE_CONTEXTS", "Version", "check", "check_presentation", "version_of"]

Version = Literal["2.0", "1.1"]

#: The address of each version's own context, which comes first in a document.
BASE_CONTEXTS: Final[Mapping[str, Version]] = {
    "https://www.w3.org/ns/credentials/v2": "2.0",
    "https://www.w3.org/2018/credentials/v1": "1.1",
}
_URLS: Final[Mapping[Version, str]] = {version: url for url, version in BASE_CONTEXTS.items()}
_SRI: Final = re.compile(r"(?:sha256|sha384|sha512)-[A-Za-z0-9+/]+={0,2}\Z")
_MULTIBASE: Final = re.compile(r"(?:u[A-Za-z0-9_-]+|z[1-9A-HJ-NP-Za-km-z]+)\Z")


def version_of(document: Mapping[str, Any]) -> Version | None:
    """The version that a document's first context names (section 4.3), if it is one of them."""
    given = document.get("@context")
    first = (given[0] if given else None) if isinstance(given, list) else given
    return BASE_CONTEXTS.get(first) if isinstance(first, str) else None


def check(document: object, *, version: Version) -> None:
    """Hold a credential against the data model of that version.

    Raises `DocumentError` with the path: `missing_member`, `unknown_member`, `wrong_shape`,
    `wrong_form`, `wrong_value`, `wrong_length`, `bad_date`, `duplicate_id`.
    """
    node = _top(document, version, "VerifiableCredential")
    check_value_objects(node, ROOT)
    for name in ("name", "description"):  # section 4.6
        if name in node:
            check_text(node[name], (ROOT, name))
    _issuer(node)
    _subjects(node)
    _VALIDITY[version](node)
    for name, member in _MEMBERS.items():
        if name in node:
            for item, place in objects(node[name], (ROOT, name)):
                member(item, place, version)
    if version == "2.0":
        _related(node)


def check_presentation(document: object, *, version: Version = "2.0") -> None:
    """Hold a presentation against the data model (section 4.13); the credentials in it are not
    looked into. Raises as `check`.
    """
    node = _top(document, version, "VerifiablePresentation")
    check_value_objects({name: part for name, part in node.items() if name != _CREDENTIALS}, ROOT)
    if "holder" in node:
        holder = node["holder"]
        if isinstance(holder, dict):
            identifier_of(holder, (ROOT, "holder"), required=True)
        else:
            check_identifier(holder, (ROOT, "holder"))
    credentials = node.get(_CREDENTIALS, [])
    if credentials != []:  # one that shows nothing may say so
        for item, place in objects(credentials, (ROOT, _CREDENTIALS)):
            types_of(item, place)
    for name in ("termsOfUse", "proof"):
        if name in node:
            for item, place in objects(node[name], (ROOT, name)):
                _MEMBERS[name](item, place, version)


_CREDENTIALS: Final = "verifiableCredential"


def _top(document: object, version: Version, kind: str) -> Mapping[str, Any]:
    """What credentials and presentations share: contexts, types, id (sections 4.3 to 4.5)."""
    if not isinstance(document, dict):
        raise DocumentError("wrong_shape", f"got {kind_of(document)}, expected an object")
    if "@context" not in document:
        raise DocumentError("missing_member", "'@context' is missing")
    _contexts(document["@context"], _URLS[version])
    types = types_of(document, ROOT)
    if kind not in types:
        raise refusal("wrong_value", f"expected {kind} among the types", (ROOT, "type"))
    identifier_of(document, ROOT)
    return document


def _contexts(value: object, base: str) -> None:
    """Section 4.3: an ordered set that begins with the version's own context."""
    place: Place = (ROOT, "@context")
    named = value if isinstance(value, list) else [value]
    if not named or named[0] != base:
        raise refusal("wrong_value", f"expected {base} as the first context", (place, 0))
    for index, one in enumerate(named):
        if isinstance(one, str):
            check_identifier(one, (place, index))
        elif not isinstance(one, dict):
            raise refusal(
                "wrong_shape", f"got {kind_of(one)}, expected a URL or an object", (place, index)
            )


def _issuer(node: Mapping[str, Any]) -> None:
    """Section 4.7."""
    if "issuer" not in node:
        raise refusal("missing_member", "'issuer' is missing", ROOT)
    issuer, place = node["issuer"], (ROOT, "issuer")
    if not isinstance(issuer, dict):
        check_identifier(issuer, place)
        return
    identifier_of(issuer, place, required=True)
    for name in ("name", "description"):
        if name in issuer:
            check_text(issuer[name], (place, name))


def _subjects(node: Mapping[str, Any]) -> None:
    """Section 4.8: one or more, each of which says something."""
    if "credentialSubject" not in node:
        raise refusal("missing_member", "'credentialSubject' is missing", ROOT)
    for subject, place in objects(node["credentialSubject"], (ROOT, "credentialSubject")):
        identifier_of(subject, place)


def _valid_2(node: Mapping[str, Any]) -> None:
    _period(node, "validFrom", "validUntil")  # section 4.9


def _valid_1(node: Mapping[str, Any]) -> None:
    """Version 1.1, sections 4.6 and 4.7."""
    if "issuanceDate" not in node:
        raise refusal("missing_member", "'issuanceDate' is missing", ROOT)
    _period(node, "issuanceDate", "expirationDate")


def _period(node: Mapping[str, Any], start: str, end: str) -> None:
    since = moment(node[start], (ROOT, start)) if start in node else None
    until = moment(node[end], (ROOT, end)) if end in node else None
    if since is not None and until is not None and until < since:
        raise refusal("wrong_value", f"{end} lies before {start}", (ROOT, end))


_VALIDITY: Final[Mapping[Version, Callable[[Mapping[str, Any]], None]]] = {
    "2.0": _valid_2,
    "1.1": _valid_1,
}


def _typed(node: Mapping[str, Any], place: Place, version: Version) -> None:
    """Sections 4.5, 5.4 to 5.6 and 5.10: with a type, and perhaps an id."""
    types_of(node, place)
    identifier_of(node, place)


def _identified(node: Mapping[str, Any], place: Place, version: Version) -> None:
    """Section 4.11: with both."""
    types_of(node, place)
    identifier_of(node, place, required=True)
    _digests(node, place)


def _identified_in_1(node: Mapping[str, Any], place: Place, version: Version) -> None:
    """Version 1.1 asks for an id where 2.0 leaves it open (its sections 4.9 and 5.4)."""
    types_of(node, place)
    identifier_of(node, place, required=version == "1.1")


_MEMBERS: Final[Mapping[str, Callable[[Mapping[str, Any], Place, Version], None]]] = {
    "credentialStatus": _identified_in_1,  # section 4.10
    "credentialSchema": _identified,
    "refreshService": _identified_in_1,
    "termsOfUse": _typed,
    "evidence": _typed,
    "confidenceMethod": _typed,
    "renderMethod": _typed,
    "proof": _typed,  # section 4.12
}


def _related(node: Mapping[str, Any]) -> None:
    """Section 5.3: each with an id of its own and a digest."""
    if "relatedResource" not in node:
        return
    seen: set[str] = set()
    for resource, place in objects(node["relatedResource"], (ROOT, "relatedResource")):
        identity = identifier_of(resource, place, required=True)
        if identity in seen:
            raise refusal("duplicate_id", f"got {shown(identity or '')} twice", (place, "id"))
        seen.add(identity or "")
        if not resource.keys() & {"digestSRI", "digestMultibase"}:
            raise refusal("missing_member", "'digestSRI' or 'digestMultibase' is missing", place)
        _digests(resource, place)
        media_type = resource.get("mediaType", "")
        if not isinstance(media_type, str):
            raise refusal(
                "wrong_shape", f"got {kind_of(media_type)}, expected text", (place, "mediaType")
            )


def _digests(node: Mapping[str, Any], place: Place) -> None:
    """Section 5.3: digests in one of the two forms, one or several of them."""
    for name, form in (("digestSRI", _SRI), ("digestMultibase", _MULTIBASE)):
        if name not in node:
            continue
        given = node[name]
        for digest in given if isinstance(given, list) and given else [given]:
            if not isinstance(digest, str):
                raise refusal("wrong_shape", f"got {kind_of(digest)}, expected text", (place, name))
            if not form.match(digest):
                raise refusal(
                    "wrong_form", f"got {shown(digest)}, expected a {name}", (place, name)
                )
