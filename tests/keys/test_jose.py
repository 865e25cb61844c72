"""Envelopes (`vc+jwt`): outside answers, what is refused, and that every letter counts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import subprocess
import sys
from functools import cache
from typing import Any

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.algorithms import ALGORITHMS, Algorithm, PrivateKey
from keys.did import did_key
from keys.errors import KeysError
from keys.jose import Envelope, sign_envelope, verify_envelope
from keys.jwk import from_jwk, to_jwk
from keys.jws import payload_of, signed
from keys.multibase import decode_base64url, encode_base64url
from tests.keys.signing import KEY, new_key, refused

KID = f"{did_key(KEY.public)}#{did_key(KEY.public).removeprefix('did:key:')}"
DOCUMENT = b'{"type": ["VerifiableCredential"], "name": "Yrj\xc3\xb6"}'
HEADER = {"alg": "EdDSA", "kid": KID, "typ": "vc+jwt", "cty": "vc"}


def kid_of(key: PrivateKey) -> str:
    did = did_key(key.public)
    return f"{did}#{did.removeprefix('did:key:')}"


@cache
def token_of(algorithm: Algorithm) -> tuple[str, PrivateKey]:
    key = new_key(algorithm)
    return sign_envelope(DOCUMENT, private_key=key, kid=kid_of(key)), key


def made(header: Any, payload: bytes = DOCUMENT, key: PrivateKey = KEY) -> str:
    """A compact form with any header, signed well: only the form can be what is wrong with it."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    start = f"{encode_base64url(text)}.{encode_base64url(payload)}"
    return f"{start}.{encode_base64url(key.sign(start.encode()))}"


# --- outside answers ---------------------------------------------------------------------------

# RFC 8037, appendices A.1, A.2 and A.4.
RFC8037_KEY = PrivateKey("Ed25519", decode_base64url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"))
RFC8037_TOKEN = (
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)
# RFC 7515, appendix A.3.
RFC7515_JWK = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
RFC7515_TOKEN = (
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
    "fQ."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)


def test_the_signature_of_rfc_8037_is_made_and_verified() -> None:
    assert signed(b"Example of Ed25519 signing", {"alg": "EdDSA", "typ": ""}, RFC8037_KEY) == (
        RFC8037_TOKEN
    )
    assert payload_of(RFC8037_TOKEN, RFC8037_KEY.public, "EdDSA") == b"Example of Ed25519 signing"


def test_the_signature_of_rfc_7515_is_verified() -> None:
    payload = payload_of(RFC7515_TOKEN, from_jwk(RFC7515_JWK), "ES256")
    assert json.loads(payload)["iss"] == "joe"


@pytest.mark.parametrize("token", [RFC8037_TOKEN, RFC7515_TOKEN], ids=["rfc 8037", "rfc 7515"])
def test_a_signature_without_a_key_id_is_no_envelope(token: str) -> None:
    refused("bad_key_id", lambda: Envelope.read(token))


# --- what we sign ------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_we_sign_reads_back(algorithm: Algorithm) -> None:
    token, key = token_of(algorithm)
    envelope = Envelope.read(token)
    assert (envelope.payload, envelope.kid, envelope.typ) == (DOCUMENT, kid_of(key), "vc+jwt")
    assert envelope.header["cty"] == "vc"
    verify_envelope(envelope, public_key=key.public)
    assert Envelope.read(token.encode()) == envelope
    assert sign_envelope(DOCUMENT, private_key=key, kid=kid_of(key)) == token, "no randomness"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_other_software_verifies_it_with_our_web_key(algorithm: Algorithm) -> None:
    token, key = token_of(algorithm)
    theirs = jwt.PyJWK({**to_jwk(key.public), "alg": Envelope.read(token).alg})
    assert jwt.api_jws.decode(token, theirs, algorithms=[theirs.algorithm_name]) == DOCUMENT


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_other_software_signs_is_verified(algorithm: Algorithm) -> None:
    _, key = token_of(algorithm)
    secret = {**to_jwk(key.public), "d": encode_base64url(key.reveal())}
    name = {"Ed25519": "EdDSA", "P-256": "ES256", "P-384": "ES384"}[algorithm]
    theirs = jwt.PyJWK({**secret, "alg": name})
    header = {"kid": kid_of(key), "typ": "vc+jwt"}
    token = jwt.api_jws.encode(DOCUMENT, theirs, algorithm=name, headers=header)
    verify_envelope(Envelope.read(token), public_key=key.public)


def test_a_presentation_has_a_type_of_its_own() -> None:
    token = sign_envelope(DOCUMENT, private_key=KEY, kid=KID, typ="vp+jwt")
    assert Envelope.read(token).header["cty"] == "vp"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"kid": "key-1"}, "bad_key_id"),
        ({"kid": "did:web:omnia.example"}, "bad_key_id"),
        ({"typ": "JWT"}, "wrong_envelope_type"),
        ({"typ": "vp+jwt", "cty": "vc"}, "wrong_envelope_type"),
    ],
    ids=["short key id", "no fragment", "type", "content of another type"],
)
def test_what_no_reader_would_take_is_not_signed(more: dict[str, str], code: str) -> None:
    given = {"kid": KID, **more}
    refused(code, lambda: sign_envelope(DOCUMENT, private_key=KEY, **given))


# --- what is refused unread --------------------------------------------------------------------


def with_header(**members: Any) -> str:
    return made({**HEADER, **members})


def without(name: str) -> str:
    return made({key: value for key, value in HEADER.items() if key != name})


def by_hmac() -> str:
    """Signed with the public key's bytes as the secret of HMAC, as PyJWT itself would accept."""
    header = json.dumps({**HEADER, "alg": "HS256"}).encode()
    start = f"{encode_base64url(header)}.{encode_base64url(DOCUMENT)}"
    code = hmac.digest(KEY.public.data, start.encode(), hashlib.sha256)
    return f"{start}.{encode_base64url(code)}"


def segments(change: Any) -> str:
    return ".".join(change(*token_of("Ed25519")[0].split(".")))


def spare_bits(text: str) -> str:
    """Another spelling of the same bytes, as a lax reader takes it."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + letters[letters.index(text[-1]) + 1]


HEADER_TEXT = json.dumps(HEADER).encode()
REFUSED: dict[str, tuple[Any, str]] = {
    # --- the form
    "empty": ("", "bad_envelope"),
    "two segments": (segments(lambda h, p, s: (h, p)), "bad_envelope"),
    "four segments": (segments(lambda h, p, s: (h, p, s, s)), "bad_envelope"),
    "no signature": (segments(lambda h, p, s: (h, p, "")), "bad_envelope"),
    "padding after the header": (segments(lambda h, p, s: (h + "==", p, s)), "bad_envelope"),
    "padding after the signature": (segments(lambda h, p, s: (h, p, s + "==")), "bad_envelope"),
    "another spelling of the signature": (
        segments(lambda h, p, s: (h, p, spare_bits(s))),
        "bad_envelope",
    ),
    "white space around": (f" {token_of('Ed25519')[0]}\n", "bad_envelope"),
    "a line break within": (segments(lambda h, p, s: (h, p[:8] + "\n" + p[8:], s)), "bad_envelope"),
    "letters of plain base64": (segments(lambda h, p, s: (h, "++//", s)), "bad_envelope"),
    "letters that look alike": (segments(lambda h, p, s: (h, "\uff21" + p[1:], s)), "bad_envelope"),
    "bytes that are no text": (b"\xff.\xff.\xff", "bad_envelope"),
    "7 million letters": ("e" * 7_000_000, "bad_envelope"),
    # --- the header as JSON
    "a header that is a list": (made([HEADER]), "bad_envelope"),
    "a header that is no JSON": (made(b"{alg: EdDSA}"), "bad_envelope"),
    "a header with text behind it": (made(HEADER_TEXT + b"{}"), "bad_envelope"),
    "a header in UTF-16": (made(HEADER_TEXT.decode().encode("utf-16-le")), "bad_envelope"),
    "a header with alg twice": (
        made(HEADER_TEXT.replace(b"{", b'{"alg": "none", ', 1)),
        "bad_envelope",
    ),
    "a header with NaN": (made(HEADER_TEXT.replace(b"{", b'{"iat": NaN, ', 1)), "bad_envelope"),
    "a header of 9,000 bytes": (with_header(iss="x" * 9000), "bad_envelope"),
    "a header ten deep": (with_header(iss=json.loads("[" * 10 + "]" * 10)), "bad_envelope"),
    "alg as a list": (with_header(alg=["EdDSA"]), "bad_envelope"),
    "typ as a number": (with_header(typ=1), "bad_envelope"),
    "no alg": (without("alg"), "bad_envelope"),
    # --- the algorithm
    "none": (with_header(alg="none"), "unsafe_algorithm"),
    "NoNe": (with_header(alg="NoNe"), "unsafe_algorithm"),
    "none without a signature": (
        f"{encode_base64url(json.dumps({**HEADER, 'alg': 'none'}).encode())}.e30.",
        "unsafe_algorithm",
    ),
    "HMAC by the public key": (by_hmac(), "unsafe_algorithm"),
    "HS512": (with_header(alg="HS512"), "unsafe_algorithm"),
    "RS256": (with_header(alg="RS256"), "unsupported_algorithm"),
    "ES512": (with_header(alg="ES512"), "unsupported_algorithm"),
    "ES256K": (with_header(alg="ES256K"), "unsupported_algorithm"),
    "eddsa in small letters": (with_header(alg="eddsa"), "unsupported_algorithm"),
    "an empty alg": (with_header(alg=""), "unsupported_algorithm"),
    # --- keys of the sender's choice
    "jwk": (with_header(jwk=to_jwk(KEY.public)), "key_in_header"),
    "jku": (with_header(jku="https://evil.example/keys.json"), "key_in_header"),
    "x5u": (with_header(x5u="https://evil.example/key.pem"), "key_in_header"),
    "x5c": (with_header(x5c=["MII"]), "key_in_header"),
    "x5t": (with_header(x5t="AAAA"), "key_in_header"),
    "no kid": (without("kid"), "bad_key_id"),
    "kid as a number": (with_header(kid=7), "bad_envelope"),
    "an empty kid": (with_header(kid=""), "bad_key_id"),
    "a relative kid": (with_header(kid="#key-1"), "bad_key_id"),
    "a kid that is a name": (with_header(kid="key-1"), "bad_key_id"),
    "a kid that is a path": (with_header(kid="../../../dev/null"), "bad_key_id"),
    "a kid that is a file": (with_header(kid="file:///dev/null"), "bad_key_id"),
    "a kid that is a web address": (
        with_header(kid="https://university.example/issuers/1#key-1"),
        "unsupported_key_id",
    ),
    "a kid that is a web address without a key": (
        with_header(kid="https://evil.example/keys.json"),
        "bad_key_id",
    ),
    "a kid that climbs from a web address": (
        with_header(kid="https://evil.example/../x?y#key"),
        "bad_key_id",
    ),
    "a kid with a path behind the DID": (
        with_header(kid="did:web:omnia.example/keys#1"),
        "bad_key_id",
    ),
    "a kid with a path in its fragment": (
        with_header(kid="did:web:omnia.example#../../key"),
        "bad_key_id",
    ),
    "a kid with a query": (with_header(kid="did:web:omnia.example?x=1#key"), "bad_key_id"),
    "a kid with SQL": (with_header(kid="did:web:omnia.example#1' OR '1'='1"), "bad_key_id"),
    "a kid with two fragments": (with_header(kid="did:web:omnia.example#a#b"), "bad_key_id"),
    # --- rules that we do not know
    "crit": (with_header(crit=["exp"], exp=1), "unknown_critical"),
    "an empty crit": (with_header(crit=[]), "unknown_critical"),
    "crit of null": (with_header(crit=None), "unknown_critical"),
    "b64": (with_header(b64=False, crit=["b64"]), "unknown_critical"),
    "b64 alone": (with_header(b64=True), "unknown_critical"),
    "zip": (with_header(zip="DEF"), "unknown_header"),
    "a member of their own": (with_header(mood="sunny"), "unknown_header"),
    "a member in capitals": (with_header(ALG="EdDSA"), "unknown_header"),
    # --- what it is for
    "typ JWT": (with_header(typ="JWT"), "wrong_envelope_type"),
    "typ of a login token": (with_header(typ="at+jwt"), "wrong_envelope_type"),
    "typ of selective disclosure": (with_header(typ="vc+sd-jwt"), "wrong_envelope_type"),
    "an empty typ": (with_header(typ=""), "wrong_envelope_type"),
    "typ and cty that differ": (with_header(cty="vp"), "wrong_envelope_type"),
    "neither typ nor cty": (
        made({"alg": "EdDSA", "kid": KID}),
        "wrong_envelope_type",
    ),
}


@pytest.mark.parametrize(("token", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_unread(token: str | bytes, code: str) -> None:
    said = refused(code, lambda: Envelope.read(token))
    assert len(said.message) < 400, "what somebody else wrote is quoted in part"


def test_pyjwt_alone_would_take_some_of_these() -> None:
    """Why we read for ourselves: each of these is in the table above."""
    trap = REFUSED["HMAC by the public key"][0]
    assert jwt.api_jws.decode(trap, KEY.public.data, algorithms=["HS256"]) == DOCUMENT
    for name in ("a header with alg twice", "a header with NaN", "padding after the signature"):
        assert jwt.api_jws.get_unverified_header(REFUSED[name][0])


@pytest.mark.parametrize(
    "header",
    [
        {**HEADER, "typ": "application/vc+jwt"},
        {**HEADER, "cty": "application/vc"},
        {"alg": "EdDSA", "kid": KID, "typ": "vc+jwt"},
        {"alg": "EdDSA", "kid": KID, "cty": "vc"},
        {**HEADER, "iss": "did:web:omnia.example", "iat": 1},
        {**HEADER, "alg": "Ed25519"},
    ],
    ids=["whole typ", "whole cty", "typ alone", "cty alone", "claims repeated", "RFC 9864"],
)
def test_other_ways_to_write_the_same_header(header: dict[str, Any]) -> None:
    verify_envelope(Envelope.read(made(header)), public_key=KEY.public)


# --- the key decides ---------------------------------------------------------------------------


@pytest.mark.parametrize("named", ["ES256", "ES384", "EdDSA", "Ed25519"])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_header_never_chooses_the_algorithm(algorithm: Algorithm, named: str) -> None:
    _, key = token_of(algorithm)
    envelope = Envelope.read(made({**HEADER, "alg": named}, key=key))
    own = {"Ed25519": {"EdDSA", "Ed25519"}, "P-256": {"ES256"}, "P-384": {"ES384"}}[algorithm]
    if named in own:
        verify_envelope(envelope, public_key=key.public)
    else:
        refused("key_mismatch", lambda: verify_envelope(envelope, public_key=key.public))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_another_key_of_the_same_kind_is_refused(algorithm: Algorithm) -> None:
    envelope = Envelope.read(token_of(algorithm)[0])
    other = new_key(algorithm).public
    refused("signature_invalid", lambda: verify_envelope(envelope, public_key=other))


@pytest.mark.parametrize("length", [1, 63, 65, 128])
def test_a_signature_of_another_length_is_refused(length: int) -> None:
    start = token_of("Ed25519")[0].rpartition(".")[0]
    envelope = Envelope.read(f"{start}.{encode_base64url(bytes(length))}")
    refused("signature_invalid", lambda: verify_envelope(envelope, public_key=KEY.public))


def test_an_ecdsa_signature_in_der_is_refused() -> None:
    token, key = token_of("P-256")
    start = token.rpartition(".")[0]
    raw = decode_base64url(token.rpartition(".")[2])
    der = b"".join(b"\x02\x21\x00" + half for half in (raw[:32], raw[32:]))
    envelope = Envelope.read(f"{start}.{encode_base64url(bytes((0x30, len(der))) + der)}")
    refused("signature_invalid", lambda: verify_envelope(envelope, public_key=key.public))


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=~ "


@given(data=st.data(), algorithm=st.sampled_from(["Ed25519", "P-256"]))
@settings(max_examples=300, deadline=None)
def test_every_letter_counts(data: st.DataObject, algorithm: Algorithm) -> None:
    token, key = token_of(algorithm)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from([one for one in LETTERS if one != token[place]]))
    changed = token[:place] + letter + token[place + 1 :]
    with pytest.raises(KeysError):
        verify_envelope(Envelope.read(changed), public_key=key.public)


@given(text=st.text(max_size=60) | st.binary(max_size=60).map(base64.b64encode))
def test_nothing_raises_anything_else(text: str | bytes) -> None:
    with pytest.raises(KeysError):
        Envelope.read(text)


def test_reading_alone_does_not_load_the_library() -> None:
    code = "import keys.jose, sys; sys.exit('jwt' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
