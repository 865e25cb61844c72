"""The bytes that are hashed, and the digest by which documents are named."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld

from contexts.errors import DocumentError
from contexts.loader import ContextSet, bundled
from contexts.statements import canonical_statements, digest_of, multihash
from tests import places

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
DOCUMENT = {
    "@context": [CREDENTIALS],
    "id": "https://a.example/1",
    "type": ["VerifiableCredential"],
    "issuer": {"id": "did:web:a.example", "name": "Ärzte"},
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {"id": "https://a.example/1#s", "name": "Ana"},
}


def test_statements_are_sorted_lines_in_utf8() -> None:
    lines = canonical_statements(DOCUMENT).decode("utf-8").split("\n")
    assert lines.pop() == ""
    assert lines == sorted(lines)
    assert '<did:web:a.example> <https://schema.org/name> "Ärzte" .' in lines
    assert len(lines) == 6


def test_white_space_and_order_of_names_do_not_matter() -> None:
    names = list(DOCUMENT)
    random.Random(1).shuffle(names)
    other = json.loads(json.dumps({name: DOCUMENT[name] for name in names}, indent=3))
    assert canonical_statements(other) == canonical_statements(DOCUMENT)


def test_a_digest_does_not_change_with_signatures() -> None:
    signed = {**DOCUMENT, "proof": {"type": "DataIntegrityProof", "proofValue": "z1"}}
    assert digest_of(signed) == digest_of(DOCUMENT)
    assert canonical_statements(signed) != canonical_statements(DOCUMENT)


def test_a_digest_is_the_multihash_of_the_statements() -> None:
    assert digest_of(DOCUMENT) == multihash(canonical_statements(DOCUMENT))


def test_multihash_of_known_bytes() -> None:
    # The multihash of "hello world" as IPFS and the multihash project write it.
    assert multihash(b"hello world") == "zQmaozNR7DZHQK1ZcU9p7QdrshMvXqWK6gpu5rmrkPdT3L4"
    number = 0
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    for digit in multihash(b"")[1:]:
        number = number * 58 + alphabet.index(digit)
    assert number.to_bytes(34, "big") == b"\x12\x20" + hashlib.sha256(b"").digest()


def test_the_algorithm_is_the_one_for_blank_nodes() -> None:
    many = [{"name": str(index)} for index in range(9)]
    document = {**DOCUMENT, "credentialSubject": many}
    short = canonical_statements(document)
    long = canonical_statements(document, algorithm="sha384")
    assert short != long
    assert len(short) == len(long)


def test_a_poison_graph_hidden_in_json_ld_is_refused() -> None:
    def cube(depth: int) -> dict[str, Any]:
        inner = [cube(depth - 1) for _ in range(3)] if depth else "urn:leaf"
        return {"https://schema.org/knows": inner} if depth else {"https://schema.org/name": "x"}

    with pytest.raises(DocumentError) as caught:
        canonical_statements({**DOCUMENT, "credentialSubject": cube(8)})
    assert caught.value.code == "complexity_limit"


def _sketch(name: str) -> tuple[dict[str, Any], ContextSet]:
    folder = places.ROOT.parent / "shared" / "sketch"
    if not folder.is_dir():
        pytest.skip("no sketched documents at ../shared/sketch")
    extra = {"https://w3id.org/ecvet/v1": (folder / "ecvet-v1.jsonld").read_bytes()}
    return json.loads((folder / name).read_bytes()), bundled().including(extra)


@pytest.mark.parametrize("name", ["transcript.json", "expert-certificate.json"])
def test_sketched_documents_are_as_pyld_has_them(name: str) -> None:
    document, contexts = _sketch(name)
    if name == "expert-certificate.json":
        # Its schema's type is defined in the extensions of Open Badges only.
        with pytest.raises(DocumentError) as caught:
            canonical_statements(document, contexts=contexts)
        assert (caught.value.code, caught.value.path) == (
            "unknown_term",
            "$.credentialSchema[0].type",
        )
        document["@context"].append("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json")
    options = {
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
        "documentLoader": contexts.pyld_loader(),
    }
    expected = jsonld.normalize(document, options)
    assert canonical_statements(document, contexts=contexts).decode("utf-8") == expected
    assert "_:" not in expected


def test_w3c_canonical_form_and_hash(vectors: Path) -> None:
    folder = vectors / "vc-di-eddsa" / "TestVectors"
    extra = {
        "https://www.w3.org/ns/credentials/examples/v2": (
            vectors / "contexts" / "credentials-examples-v2.jsonld"
        ).read_bytes()
    }
    document = json.loads((folder / "unsigned.json").read_bytes())
    statements = canonical_statements(document, contexts=bundled().including(extra))
    expected = (folder / "eddsa-rdfc-2022" / "canonDocDataInt.txt").read_bytes()
    assert statements == expected
