"""Where the door to the network leads: names, addresses and spellings that mean harm."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verifier.doors import door, refused
from tests.verifier.hostile import names
from verifier.fetch import (
    FetchError,
    is_inside,
    is_public,
    read_address,
)

FORBIDDEN = [
    "0.0.0.0",
    "0.1.2.3",
    "10.1.2.3",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.7",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.9",
    "203.0.113.5",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "2600:1::5efe:127.0.0.1",
    "2600:1::200:5efe:10.0.0.1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]
PUBLIC = ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.32.0.1", "193.166.3.2"]
PUBLIC_6 = ["2606:4700:4700::1111", "2a00:1450:4001:80b::200e", "64:ff9b::8.8.8.8"]


@pytest.mark.parametrize("address", FORBIDDEN)
def test_a_name_that_leads_inside_is_refused_before_any_connection(address: str) -> None:
    resolve = names((address,))
    error = refused(door(resolve=resolve), "https://school.example/d")
    assert error.code == "forbidden_address"
    assert "school.example" in error.message
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", [a for a in FORBIDDEN if "%" not in a])
def test_an_address_in_numbers_that_leads_inside_is_refused(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    resolve = names(("8.8.8.8",))
    assert refused(door(resolve=resolve), f"https://{host}/d").code == "forbidden_address"
    assert resolve.asked == 0


@pytest.mark.parametrize("address", [*PUBLIC, *PUBLIC_6])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(ip_address(address))
    assert not is_inside(ip_address(address))


def test_one_address_inside_among_public_ones_is_enough_to_refuse() -> None:
    resolve = names(("8.8.8.8", "1.1.1.1", "10.0.0.1"))
    assert refused(door(resolve=resolve), "https://school.example").code == "forbidden_address"


@given(st.ip_addresses())
def test_nothing_that_is_not_global_is_public(address: IPv4Address | IPv6Address) -> None:
    if not address.is_global or address.is_multicast or is_inside(address):
        assert not is_public(address)


@given(st.ip_addresses(v=4).filter(lambda address: not is_public(address)))
def test_no_form_of_ipv6_hides_an_ipv4_address_that_is_not_public(inner: IPv4Address) -> None:
    number = int(inner)
    hidden = {
        "compatible": number,
        "mapped": 0xFFFF << 32 | number,
        "translated": 0xFFFF << 48 | number,
        "nat64": 0x64FF9B << 96 | number,
        "6to4": 0x2002 << 112 | number << 80,
        "teredo server": 0x20010000 << 96 | number << 64,
        "teredo client": 0x20010000 << 96 | (number ^ 0xFFFFFFFF),
        "isatap": 0x2A0004F8 << 96 | 0x5EFE << 32 | number,
    }
    assert {kind for kind, value in hidden.items() if is_public(IPv6Address(value))} == set()


def test_rebinding_finds_a_name_that_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[object] = []

    def refuse(_self: socket.socket, target: object) -> None:
        connected.append(target)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    resolve = names(("8.8.8.8", "8.8.4.4"), ("127.0.0.1",))
    assert refused(door(resolve=resolve), "https://school.example:444/d").code == "unreachable"
    assert resolve.asked == 1
    assert connected == [("8.8.8.8", 444), ("8.8.4.4", 444)]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "school.example/d",
        "//school.example/d",
        "ftp://school.example/d",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:application/json,{}",
        "https:school.example",
        "https:///d",
        "https://",
        "https://?q",
        "https://:443/d",
        "https://school.example:/d",
        "https://school.example:0/d",
        "https://school.example:65536/d",
        "https://school.example:+443/d",
        "https://school.example:443:80/d",
        "https://user@school.example/d",
        "https://user:word@school.example/d",
        "https://school.example@127.0.0.1/d",
        "https://@school.example/d",
        "https://2130706433/d",
        "https://0x7f000001/d",
        "https://0x7f.1/d",
        "https://0177.0.0.1/d",
        "https://127.1/d",
        "https://127.0.0.01/d",
        "https://127.0.0.1.5/d",
        "https://256.1.1.1/d",
        "https://school.1/d",
        "https://school.0x/d",
        "https://127%2E0.0.1/d",
        "https://１２７.０.０.１/d",
        "https://school。example/d",
        "https://straße.example/d",
        "https://sch\u200dool.example/d",
        "https://[::1/d",
        "https://[fe80::1%25eth0]/d",
        "https://[::1]x/d",
        "https://[v1.a]/d",
        "https://school..example/d",
        "https://.example/d",
        "https://-school.example/d",
        "https://sch_ool.example/d",
        f"https://{'a' * 64}.example/d",
        f"https://{'a.' * 130}example/d",
        "https://school.example\\@evil.example/d",
        "https://school.example/a\\b",
        "https://school.example/a b",
        "https://school.example/a\r\nX: y",
        "https://school.example/é\n",
        "https://school.example/%zz",
        "https://school.example/<b>",
        "https://school.example/\ud800",
        "https://school.example\x00/d",
        " https://school.example/d",
        "https://school.example/" + "a" * 2048,
    ],
)
def test_an_address_with_two_readings_is_no_address(url: str) -> None:
    resolve = names(("8.8.8.8",))
    assert refused(door(resolve=resolve), url).code == "bad_url"
    assert resolve.asked == 0


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("https://School.Example", "https://school.example/"),
        ("HTTPS://school.example:443/A?b=C", "https://school.example/A?b=C"),
        ("https://school.example./d", "https://school.example/d"),
        ("https://school.example?q", "https://school.example/?q"),
        ("https://school.example/d#achievement-1", "https://school.example/d"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://BÜCHER.example/", "https://xn--bcher-kva.example/"),
        ("https://school.example:8443/d", "https://school.example:8443/d"),
        ("http://school.example:80/d", "http://school.example/d"),
        ("https://[2606:4700:0::1]:444/", "https://[2606:4700::1]:444/"),
        ("https://school.example/a%20b/../c", "https://school.example/a%20b/../c"),
    ],
)
def test_an_address_has_one_spelling(url: str, read: str) -> None:
    assert read_address(url).url == read


@given(st.text(max_size=60))
def test_reading_an_address_ends_in_an_address_or_a_refusal(text: str) -> None:
    for url in (text, f"https://{text}", f"https://school.example/{text}"):
        try:
            address = read_address(url)
        except FetchError as error:
            assert error.code == "bad_url"
        else:
            assert read_address(address.url) == address
            assert address.url.isascii()
            assert not set(address.url) & set(" \r\n\t\\<>\"'`{}|^") - {"'"}
