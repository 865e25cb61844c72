"""What stands in a code: a link to a document, or the whole document itself.

The link code: where a document is, and the digest that fixes which bytes must be there.

`https://VERIFIER/#ADDRESS~DIGEST`: ADDRESS is an http or https address of the document, DIGEST
the SHA-256 of its exact bytes in base64url without padding (RFC 4648, section 5). Everything of
value stands behind `#`, which browsers send to no server. The verifier in front is a convenience
for whoever scans with a phone: the paper's printer chose it, so nothing is taken from it.

The whole code: `https://VERIFIER/#DIGITS`, the packed document (`verifier.packed`) as a number.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from verifier.errors import VerifierError
from verifier.fetch.address import read_address
from verifier.fetch.door import FetchError
from verifier.languages import Phrase
from verifier.packed import PackedLimits, from_digits, unpack

__all__ = ["Link", "make", "matches", "parse", "whole_document"]

_MAX_CHARACTERS: Final = 2048
_DIGEST: Final = r"[A-Za-z0-9_-]{43}"
_WEB: Final = re.compile(r"https?://", re.IGNORECASE)
_SAYS_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*(?::|%3a)", re.IGNORECASE)
_ESCAPED_WHOLE: Final = re.compile(r"https?%3a%2f%2f", re.IGNORECASE)
_ESCAPED_HASH: Final = re.compile(r"%23(?=https?(?::|%3a))", re.IGNORECASE)
#: The shortest document packs to more digits than any link that merely ends in a number.
_WHOLE: Final = re.compile(r"(?:https?://[^#\s]{1,200})?(?:#|%23)([0-9]{200,})", re.IGNORECASE)
_ENDS_IN_DIGEST: Final = re.compile(rf"(.*)(?:~|%7e)({_DIGEST})", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Link:
    """What a link code says: `address` as it was written, `sha256` in 32 bytes."""

    address: str
    sha256: bytes


def make(verifier: str, address: str, body: bytes) -> str:
    """Write the link code of the document with exactly the bytes `body`, served at `address`.

    `verifier` is the address of the verifier's page. Raises `VerifierError("bad_link")` when
    either address is no http or https address, has a fragment, or the code would be longer than
    2,048 characters.
    """
    if "#" in verifier or "?" in verifier or not _is_web_address(verifier):
        raise _bad(
            Phrase("{verifier} is not the address of a verifier's page", verifier=f"{verifier!a}")
        )
    if not _is_web_address(address):
        raise _bad(Phrase("{address} is not the address of a document", address=f"{address!a}"))
    digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode("ascii")
    text = f"{verifier.rstrip('/')}/#{address}~{digest}"
    if len(text) > _MAX_CHARACTERS:
        raise _bad(
            Phrase(
                "it would be longer than {max_characters} characters",
                max_characters=f"{_MAX_CHARACTERS:,}",
            )
        )
    return text


def parse(text: str) -> Link:
    """Read a link code, whole or only what stands behind `#`, whichever verifier it names.

    Mail programs and browsers write some of its signs as `%23`, `%3A`, `%2F` and `%7E`; that is
    undone where it has one meaning only. Raises `VerifierError`: `not_a_link` for text that is
    something else, `bad_link` for a link code that is damaged or leads to no web address.
    """
    text = text.strip()
    if len(text) > _MAX_CHARACTERS:
        raise _bad(
            Phrase(
                "it is longer than {max_characters} characters",
                max_characters=f"{_MAX_CHARACTERS:,}",
            )
        )
    front, fragment = _divide(text)
    if front and not _WEB.match(front):
        raise _not_a_link()
    ending = _ENDS_IN_DIGEST.fullmatch(fragment)
    if ending is None:
        # A page's own `#section`, or a bare address, is not a damaged code; `#https://...` is.
        if _SAYS_ADDRESS.match(fragment) and (front or "~" in fragment):
            raise _bad(
                Phrase("the 43 signs behind ~ that protect the document are missing or damaged")
            )
        raise _not_a_link()
    address, digest = ending[1], ending[2]
    if _ESCAPED_WHOLE.match(address):
        address = unquote(address)
    if not _is_web_address(address):
        raise _bad(Phrase("it does not lead to a web address")) if front else _not_a_link()
    return Link(address, _read_digest(digest))


def whole_document(text: str) -> bytes | None:
    """The bytes of the document that a code holds whole; None for text that is no such code.

    Raises `VerifierError`: `bad_packed`, `unknown_edition`.
    """
    found = _WHOLE.fullmatch(text.strip()[: PackedLimits.digits + 300])
    return unpack(from_digits(found[1])) if found else None


def matches(link: Link, body: bytes) -> bool:
    """Whether `body` is, byte for byte, the document for which the link code was made."""
    return hmac.compare_digest(hashlib.sha256(body).digest(), link.sha256)


def _divide(text: str) -> tuple[str, str]:
    """What stands in front of the first `#`, and behind it; all is behind when there is none."""
    front, hash_sign, fragment = text.partition("#")
    if hash_sign:
        return front, fragment
    escaped = _ESCAPED_HASH.search(text)
    return (text[: escaped.start()], text[escaped.end() :]) if escaped else ("", text)


def _is_web_address(text: str) -> bool:
    if not text.isascii() or "#" in text:
        return False
    try:
        read_address(text, max_characters=_MAX_CHARACTERS)
    except FetchError:
        return False
    return True


def _read_digest(text: str) -> bytes:
    digest = base64.urlsafe_b64decode(f"{text}=")
    # The last sign carries two bits that no digest uses; only one spelling of each is a digest.
    if base64.urlsafe_b64encode(digest).rstrip(b"=") != text.encode("ascii"):
        raise _bad(Phrase("the 43 signs that protect the document are not a digest"))
    return digest


def _bad(reason: str) -> VerifierError:
    return VerifierError(
        "bad_link", Phrase("This link to a document cannot be used: {reason}.", reason=reason)
    )


def _not_a_link() -> VerifierError:
    return VerifierError("not_a_link", Phrase("This is not a link to a signed document."))
