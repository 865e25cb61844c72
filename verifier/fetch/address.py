"""Web addresses read one way only, and which machines they may lead to.

Programs that read an address differently can be played against one another (RFC 3986 against the
browsers' standard), so whatever has two readings is refused here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final, NoReturn
from urllib.parse import quote

from verifier.fetch.door import FetchError
from verifier.languages import Phrase

__all__ = ["WebAddress", "is_inside", "is_public", "read_address"]

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_PARTS: Final = re.compile(r"(https?)://([^/?#]*)([^#]*)(?:#.*)?", re.IGNORECASE | re.DOTALL)
_AUTHORITY: Final = re.compile(r"(\[[^\]]*\]|[^:\[\]]*)(?::([0-9]{1,5}))?")
_TARGET: Final = re.compile(r"(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=\[\]]|%[0-9A-Fa-f]{2})*")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_DOTTED_QUAD: Final = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}")
_NUMERIC_LABEL: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")

# IANA's special-purpose registries. Python's `is_global` is asked as well, but its table differs
# from version to version and counts multicast and relays as global.
_NOT_PUBLIC_4: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by a provider's customers
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, cloud metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
# Of IPv6 only the global unicast space is open, less what is special in it: all other forms that
# carry an IPv4 address (mapped, compatible, translated, ISATAP's link-local) lie outside of it.
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_NOT_PUBLIC_6: Final = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
)
# Where a network has no IPv4 of its own, every IPv4-only host looks like this (RFC 6052).
_NAT64: Final = IPv6Network("64:ff9b::/96")
# ISATAP (RFC 5214) puts an IPv4 address behind this marker in the lower half of any prefix.
_ISATAP_MARKERS: Final = frozenset({0x00005EFE, 0x02005EFE})

_INSIDE_4: Final = tuple(
    IPv4Network(network)
    for network in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
    )
)
_INSIDE_6: Final = (IPv6Network("::1/128"), IPv6Network("fc00::/7"))


@dataclass(frozen=True, slots=True)
class WebAddress:
    """An http or https address with one reading.

    `host` is a lower-case name in ASCII (punycode for other scripts, no trailing dot) or the
    shortest form of an IP address, then also in `literal`; `target` is what stands in the
    request line, path and query, percent-encoded.
    """

    scheme: str
    host: str
    port: int
    target: str
    literal: IPv4Address | IPv6Address | None

    @property
    def authority(self) -> str:
        """Host and, unless it is the scheme's own, port; as in the `Host` field of a request."""
        host = f"[{self.host}]" if isinstance(self.literal, IPv6Address) else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme and authority, as in `https://school.example`."""
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        """The whole address in its one spelling, without a fragment."""
        return self.origin + self.target


def read_address(url: str, *, max_characters: int = 2048) -> WebAddress:
    """Read an http or https address; a fragment is left out.

    Raises `FetchError("bad_url")` for anything that programs could read in two ways: user names,
    numbers that stand for an IP address, percent signs in the host, backslashes, blanks, control
    characters, and names whose spelling changes when written for the domain name system.
    """
    if len(url) > max_characters:
        _bad(
            url,
            Phrase(
                "it is longer than {max_characters} characters",
                max_characters=f"{max_characters:,}",
            ),
        )
    parts = _PARTS.fullmatch(url)
    if parts is None:
        _bad(url, Phrase("it does not start with https:// and a name"))
    scheme, authority, rest = parts[1].lower(), parts[2], parts[3]
    if "@" in authority:
        _bad(
            url,
            Phrase("a user name stands before the host's name, which is a way to deceive readers"),
        )
    pieces = _AUTHORITY.fullmatch(authority)
    if pieces is None:
        _bad(url, Phrase("its host or port is malformed"))
    host, literal = _read_host(pieces[1], url)
    port = int(pieces[2]) if pieces[2] is not None else _DEFAULT_PORTS[scheme]
    if not 0 < port < 65536:
        _bad(url, Phrase("there is no port {port}", port=str(port)))
    return WebAddress(scheme, host, port, _read_target(rest, url), literal)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address belongs to the public internet and hides no address that does not."""
    if isinstance(address, IPv4Address):
        return address.is_global and not any(address in network for network in _NOT_PUBLIC_4)
    if address.scope_id is not None:
        return False
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    if (int(address) >> 32) & 0xFFFFFFFF in _ISATAP_MARKERS:
        return False
    return (
        address in _GLOBAL_UNICAST
        and address.is_global
        and not any(address in network for network in _NOT_PUBLIC_6)
    )


def is_inside(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is this machine or its local network: what an operator may allow."""
    if isinstance(address, IPv4Address):
        return any(address in network for network in _INSIDE_4)
    return address.scope_id is None and any(address in network for network in _INSIDE_6)


def _read_host(text: str, url: str) -> tuple[str, IPv4Address | IPv6Address | None]:
    if text.startswith("["):
        try:
            if "%" in text:
                raise ValueError("a zone means something on one machine only")
            literal = IPv6Address(text[1:-1])
        except ValueError:
            _bad(url, Phrase("what stands in brackets is not an IPv6 address"))
        return literal.compressed, literal
    name = _in_ascii(text.lower(), url).removesuffix(".")
    labels = name.split(".")
    # Resolvers take 2130706433, 0177.1 and 0x7f.1 for addresses: one spelling only.
    if _NUMERIC_LABEL.fullmatch(labels[-1]):
        if _DOTTED_QUAD.fullmatch(name):
            try:
                quad = IPv4Address(name)
            except ValueError:
                _bad(url, Phrase("its host is not an IPv4 address"))
            return name, quad
        _bad(url, Phrase("its host is a number in disguise"))
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        _bad(url, Phrase("its host is not a name that the domain name system can hold"))
    return name, None


def _in_ascii(name: str, url: str) -> str:
    """A name as the domain name system holds it.

    A name that does not come back the same is refused: it holds letters that look like others
    (full-width digits, other dots) or that the two editions of IDNA map differently.
    """
    if name.isascii():
        return name
    try:
        encoded = name[:254].encode("idna")
        same = encoded.decode("idna") == name
    except UnicodeError:
        same = False
    if not same:
        _bad(url, Phrase("its host has letters that can be read in two ways; write it as xn--..."))
    return encoded.decode("ascii")


def _read_target(rest: str, url: str) -> str:
    target = rest if rest.startswith("/") else f"/{rest}"
    try:
        target = _NOT_ASCII.sub(lambda letters: quote(letters[0]), target)
    except UnicodeEncodeError:
        _bad(url, Phrase("it holds half a character"))
    if not _TARGET.fullmatch(target):
        _bad(url, Phrase("it holds a blank or a sign that an address cannot have"))
    return target


def _bad(url: str, reason: str) -> NoReturn:
    raise FetchError(
        "bad_url",
        Phrase("This is not a web address that can be opened: {reason}.", reason=reason),
        url,
    )
