"""Decentralised identifiers: `did:key` and `did:web`, read strictly.

One identifier has one spelling: everything that a reader or a web server could understand in two
ways is refused, not repaired. Nothing here touches the network.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from keys import multikey
from keys.algorithms import PublicKey
from keys.errors import KeysError

__all__ = ["Did", "did_key", "did_web", "did_web_url", "key_of", "parse", "split_url"]

_DID_LIMIT: Final = 2048
_SHAPE: Final = re.compile(r"did:([a-z0-9]+):([A-Za-z0-9._:%-]+)", re.ASCII)
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_SEGMENT: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", re.ASCII)
_PORT: Final = re.compile(r"[1-9]\d{0,4}", re.ASCII)
_OCTET: Final = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4: Final = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}", re.ASCII)
# What web clients take for a number, and so the whole host for an IPv4 address in disguise.
_NUMBER: Final = re.compile(r"\d+|0x[0-9a-f]*", re.ASCII)
_FRAGMENT: Final = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/?-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Did:
    """A parsed identifier; `str()` gives it back exactly.

    For did:web, `host` is the ASCII host in lower case with its `:port` where there is one, and
    `path` the segments after it; both are empty for did:key.
    """

    method: str
    specific: str
    host: str = ""
    path: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"did:{self.method}:{self.specific}"


def parse(text: str) -> Did:
    """The identifier in `text`: a bare DID, without fragment, path or query.

    Raises KeysError: `bad_did` (not one, or not in its one spelling), `unsupported_did_method`,
    and for did:key what the key raises (`unsupported_key`, `bad_key`, ...).
    """
    found = _SHAPE.fullmatch(text) if len(text) <= _DID_LIMIT else None
    if found is None:
        raise KeysError("bad_did", f"Expected a DID such as did:web:example.org, got {text!r:.80}.")
    method, specific = found.groups()
    if method == "key":
        _key_from(specific)
        return Did("key", specific)
    if method == "web":
        host, *path = specific.split(":")
        for segment in path:
            if not _SEGMENT.fullmatch(segment):
                raise KeysError(
                    "bad_did",
                    f"Expected the path of {text:.80} in letters, digits, '-', '_' and '.', "
                    f"got the segment {segment!r:.40}.",
                )
        return Did("web", specific, _host_from(host, text), tuple(path))
    raise KeysError("unsupported_did_method", f"Expected did:web or did:key, got did:{method:.40}.")


def split_url(url: str, *, base: str = "") -> tuple[str, str]:
    """A verification method's address as (DID, fragment); `#x` alone belongs to `base`.

    Only the DID's outer shape is checked: `parse` says whether it is one that we read.

    Raises KeysError `bad_did_url`: no fragment, or a path or query before it.
    """
    did, hash_sign, fragment = url.partition("#")
    did = did or base
    if (
        len(url) > _DID_LIMIT
        or not hash_sign
        or not _FRAGMENT.fullmatch(fragment)
        or not _SHAPE.fullmatch(did)
    ):
        raise KeysError("bad_did_url", f"Expected an address such as DID#key, got {url!r:.80}.")
    return did, fragment


def did_key(public: PublicKey) -> str:
    """The did:key of a public key."""
    return f"did:key:{multikey.encode_public(public)}"


def key_of(did: Did | str) -> PublicKey:
    """The public key that a did:key is. Raises KeysError as `parse`."""
    parsed = parse(did) if isinstance(did, str) else did
    if parsed.method != "key":
        raise KeysError("unsupported_did_method", f"Expected a did:key, got {parsed!s:.80}.")
    return _key_from(parsed.specific)


def did_web(host: str, *path: str, port: int | None = None) -> str:
    """The did:web of a host, or of a path under it. Raises KeysError `bad_did`."""
    return str(parse(":".join(["did:web", host + (f"%3A{port}" if port else ""), *path])))


def did_web_url(did: Did | str, *, plain_http: frozenset[str] = frozenset()) -> str:
    """Where the DID document lies: `/.well-known/did.json`, or `/did.json` under the path.

    Always HTTPS, except for a host that `plain_http` names exactly as it stands (`host:port`):
    the operator's own, in a demonstration on one machine. Only such a host may be an IP address.

    Raises KeysError `bad_did` or `unsupported_did_method`.
    """
    parsed = parse(did) if isinstance(did, str) else did
    if parsed.method != "web":
        raise KeysError("unsupported_did_method", f"Expected a did:web, got {parsed!s:.80}.")
    plain = parsed.host in plain_http
    if not plain and _IPV4.fullmatch(parsed.host.partition(":")[0]):
        raise KeysError("bad_did", f"A did:web names a domain, got the address in {parsed!s:.80}.")
    place = "/".join(parsed.path) if parsed.path else ".well-known"
    return f"{'http' if plain else 'https'}://{parsed.host}/{place}/did.json"


def _key_from(specific: str) -> PublicKey:
    if not specific.startswith("z"):
        raise KeysError("bad_did", f"Expected did:key:z..., got did:key:{specific:.20}.")
    return multikey.decode_public(specific)


def _host_from(text: str, did: str) -> str:
    """`host` or `host:port` of a did:web's first part, where the colon is written `%3A`."""
    host, percent, port = text.partition("%3A")
    labels = host.split(".")
    if (
        len(host) > 253
        or (percent and not (_PORT.fullmatch(port) and int(port) < 65536))
        or not all(_LABEL.fullmatch(label) and _is_plain(label) for label in labels)
        or (_NUMBER.fullmatch(labels[-1]) and not _IPV4.fullmatch(host))
    ):
        raise KeysError(
            "bad_did",
            "Expected a domain in lower case (punycode where it has other letters), with a port "
            f"as %3A, got {did!r:.80}.",
        )
    return f"{host}:{port}" if percent else host


def _is_plain(label: str) -> bool:
    """Whether an `xn--` label really is punycode; other labels stand for themselves."""
    if not label.startswith("xn--"):
        return True
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return False
    return not decoded.isascii() and decoded == decoded.lower()
