"""The closed set of contexts."""

from __future__ import annotations

import hashlib
import json
import socket
from pathlib import Path

import pytest

from contexts.errors import DocumentError
from contexts.loader import Allowances, ContextSet, ContextVersion, bundled

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context.json"
OWN = "https://example.org/context"

# Published digests, from outside this repository's manifest.
PUBLISHED = {
    CREDENTIALS: "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    OPEN_BADGES: "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json": (
        "880f1902d4158f2f33ce06af41b90719977cd1ea337a9de2e41edb3ff5e543d6"
    ),
}


@pytest.mark.parametrize(("url", "digest"), PUBLISHED.items())
def test_bundled_is_what_was_published(url: str, digest: str) -> None:
    assert hashlib.sha256(bundled().data(url)).hexdigest() == digest


@pytest.mark.parametrize("url", sorted(bundled().urls))
def test_every_bundled_context_is_its_pinned_bytes(url: str) -> None:
    contexts = bundled()
    for version in contexts.versions(url):
        assert hashlib.sha256(contexts.read(version)).hexdigest() == version.sha256
        assert version.licence
        assert version.source
    assert "@context" in contexts.get(url)


def test_every_bundled_file_is_in_the_manifest() -> None:
    contexts = bundled()
    listed = {version.file for url in contexts.urls for version in contexts.versions(url)}
    folder = Path(__file__).resolve().parents[2] / "contexts" / "bundled"
    assert {file.name for file in folder.glob("*.jsonld")} == listed


def test_an_address_that_changed_in_place_has_all_its_versions() -> None:
    contexts = bundled()
    versions = contexts.versions(OPEN_BADGES)
    assert [version.version for version in versions] == ["3.0.1", "3.0.2", "3.0.3"]
    assert contexts.get(OPEN_BADGES) == contexts.get(OPEN_BADGES.replace(".json", "-3.0.3.json"))
    older = contexts.including({OPEN_BADGES: contexts.read(versions[0])})
    assert older.get(OPEN_BADGES) != contexts.get(OPEN_BADGES)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/context",
        CREDENTIALS + "#",
        CREDENTIALS.upper(),
        "http://www.w3.org/ns/credentials/v2",
        "file:///etc/passwd",
        "../bundled/credentials-v2.jsonld",
        "credentials-v2.jsonld",
        "",
        "x" * 1_000_000,
    ],
    ids=lambda url: url[:30] or "empty",
)
def test_an_unknown_address_is_unsupported_without_a_socket(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_socket(*args: object, **kwargs: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", no_socket)
    with pytest.raises(DocumentError) as caught:
        bundled().get(url)
    assert caught.value.code == "unsupported_context"
    assert len(str(caught.value)) < 400
    with pytest.raises(DocumentError):
        bundled().pyld_loader()(url, {})


def _set_of(folder: Path, sha256: str) -> ContextSet:
    version = ContextVersion("c.jsonld", (OWN,), "1", sha256, "own", "MIT")
    return ContextSet((version,), folder, {})


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    data = b'{"@context": {}}'
    digest = hashlib.sha256(data).hexdigest()
    (tmp_path / "c.jsonld").write_bytes(data)
    assert _set_of(tmp_path, digest).get(OWN) == {"@context": {}}
    (tmp_path / "c.jsonld").write_bytes(data + b" ")
    with pytest.raises(DocumentError) as caught:
        _set_of(tmp_path, digest).get(OWN)
    assert caught.value.code == "corrupt_context"


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        _set_of(tmp_path, "00").get(OWN)
    assert caught.value.code == "corrupt_context"


@pytest.mark.parametrize("data", [b"[]", b"{}", b'{"@context":{},"@context":{}}', b""])
def test_what_is_no_context_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError):
        bundled().including({OWN: data}).get(OWN)


def test_including_makes_another_set() -> None:
    contexts = bundled()
    more = contexts.including({OWN: b'{"@context": {"a": "urn:a"}}'})
    assert OWN in more
    assert OWN not in contexts
    assert more.get(CREDENTIALS) == contexts.get(CREDENTIALS)
    assert OWN in more.including({}).urls


def test_what_pyld_does_to_a_context_stays_with_pyld() -> None:
    contexts = bundled()
    before = json.dumps(contexts.get(CREDENTIALS))
    answer = contexts.pyld_loader()(CREDENTIALS, {})
    assert answer["tag"] == "static"
    answer["document"]["@context"].clear()
    assert json.dumps(contexts.get(CREDENTIALS)) == before


def test_a_looser_set_knows_the_same_contexts_and_is_made_once() -> None:
    contexts = bundled()
    loose = contexts.allowing(Allowances(inline=True))
    assert loose is contexts.allowing(Allowances(inline=True))
    assert loose is not contexts
    assert contexts.allowing(Allowances()) is contexts
    assert loose.allows.inline
    assert not contexts.allows.inline
    assert loose.urls == contexts.urls
    assert loose.get(CREDENTIALS) is contexts.get(CREDENTIALS)
    assert loose.including({OWN: b'{"@context": {}}'}).allows.inline


def test_the_editions_of_an_address_begin_with_what_it_stands_for_now() -> None:
    contexts = bundled()
    now, *earlier = contexts.editions([CREDENTIALS, OPEN_BADGES])
    assert now is contexts
    assert [edition.data(OPEN_BADGES) for edition in earlier] == [
        contexts.read(version) for version in contexts.versions(OPEN_BADGES)[-2::-1]
    ]
    assert list(contexts.editions([CREDENTIALS, OWN])) == [contexts]
    given = contexts.including({OPEN_BADGES: b'{"@context": {}}'})
    assert list(given.editions([OPEN_BADGES])) == [given], "whoever gives one means that one"
