"""The conformance profile: its status lists, the specifications' vectors, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from contexts.bitstring import MINIMUM_BITS, bit, decode
from issuer.conformance.signers import SUITES
from issuer.errors import IssuerError
from tests.issuer import homes
from tests.issuer.conformance_suite import PROOF_SUITES, Suite, codes, prepared, serving
from tests.issuer.desk import Desk, misused, refused
from tests.places import ROOT

# Status: Bitstring Status List 1.0


def test_status_lists_as_the_suite_reads_them(suite: Suite) -> None:
    credential = suite.credential()
    status, body = suite.issue(credential, "status-list")
    assert status == 201
    issued = body["verifiableCredential"]
    assert suite.verify(issued)[0] == 200
    entries = issued["credentialStatus"]
    assert {entry["statusPurpose"] for entry in entries} == {"revocation", "suspension"}
    for entry in entries:
        assert entry["type"] == "BitstringStatusListEntry"
        assert 0 <= int(entry["statusListIndex"]) < MINIMUM_BITS
        assert entry["id"] != entry["statusListCredential"]
        path = entry["statusListCredential"].removeprefix(f"http://127.0.0.1:{suite.port}")
        status, found = suite.call("GET", path)
        assert (status, found["type"][1]) == (200, "BitstringStatusListCredential")
        assert found["id"] == entry["statusListCredential"]
        subject = found["credentialSubject"]
        assert subject["statusPurpose"] == entry["statusPurpose"]
        bits = decode(subject["encodedList"], limit=1 << 20)
        assert len(bits) * 8 >= MINIMUM_BITS
        assert not bit(bits, int(entry["statusListIndex"]))
        assert suite.verify(found)[0] == 200, "the list itself is a credential"


@pytest.mark.parametrize("purpose", ["revocation", "suspension"])
def test_a_status_that_is_set_is_seen(suite: Suite, purpose: str) -> None:
    issued = suite.issue(suite.credential(), "status-list")[1]["verifiableCredential"]
    other = suite.issue(suite.credential(), "status-list")[1]["verifiableCredential"]
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": purpose}
    body = {"credentialId": issued["id"], "credentialStatus": entry}
    assert suite.call("POST", "/status-list/credentials/status", body)[0] == 200
    assert suite.call("POST", f"/status/{purpose}/publish", {})[0] == 204
    status, told = suite.verify(issued)
    assert (status, told["verified"]) == (400, False)
    assert told["problemDetails"][0]["check"] == "status"
    assert suite.verify(other)[0] == 200
    entry["status"] = "0"
    assert suite.call("POST", "/status-list/credentials/status", body)[0] == 200
    assert suite.verify(issued)[0] == 200


STATUS_FAULTS = {
    "an entry in a member that is none": {"statusEntry": {"type": "BitstringStatusListEntry"}},
    "an entry of the suite's own": {"credentialStatus": {"type": "BitstringStatusListEntry"}},
}


@pytest.mark.parametrize("members", STATUS_FAULTS.values(), ids=STATUS_FAULTS)
def test_credentials_with_a_status_of_their_own(suite: Suite, members: dict[str, Any]) -> None:
    assert suite.issue(suite.credential(**members), "status-list")[0] == 400


# Vectors


def _vectors(folder: Path) -> list[Path]:
    return sorted(
        file
        for kind in ("vc-di-eddsa", "vc-di-ecdsa")
        for file in (folder / kind / "TestVectors").rglob("signed*.json")
        if "rdfc" in file.parent.as_posix() or file.parent.name == "proof-set-chain"
    )


@pytest.fixture(scope="module")
def with_their_contexts(
    tmp_path_factory: pytest.TempPathFactory, vectors: Path
) -> Iterator[tuple[Suite, list[Path]]]:
    folder = tmp_path_factory.mktemp("theirs")
    index = {
        "https://www.w3.org/ns/credentials/examples/v2": "credentials-examples-v2.jsonld",
        "https://w3id.org/citizenship/v4rc1": "citizenship/v4rc1.jsonld",
    }
    (folder / "citizenship").mkdir()
    for name in index.values():
        (folder / name).write_bytes((vectors / "contexts" / name).read_bytes())
    (folder / "index.json").write_text(json.dumps(index))
    with serving(folder) as suite:
        yield suite, _vectors(vectors)


def test_the_vectors_are_judged_by_who_signed_them(
    with_their_contexts: tuple[Suite, list[Path]],
) -> None:
    """Their issuers are not the did:keys that signed them: the signatures are sound, and are not
    the issuers'. With the issuer of the key, the same credential verifies.
    """
    suite, files = with_their_contexts
    assert len(files) >= 10
    for file in files:
        vector = json.loads(file.read_bytes())
        status, body = suite.verify(vector)
        told = codes(body)
        assert (status, told[0]) == (400, "signers_missing"), (file, body["problemDetails"])
        assert "signature_invalid" not in told, file
        spoiled = deepcopy(vector)
        spoiled["validFrom"] = "2001-01-01T00:00:00Z"
        assert "signature_invalid" in codes(suite.verify(spoiled)[1]), file
        bare = {name: value for name, value in vector.items() if name != "proof"}
        for name in PROOF_SUITES:
            options = {"options": {"assignIssuer": True}}
            status, body = suite.issue(bare, name, **options)
            assert status == 201, (file, body)
            assert suite.verify(body["verifiableCredential"])[0] == 200, file


# What the profile must never do


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "issuer.example", ""])
def test_it_listens_on_this_machine_alone(host: str) -> None:
    with pytest.raises(IssuerError) as caught:
        prepared(None, host=host)
    assert caught.value.code == "not_loopback"


def test_it_does_not_start_beside_an_institutions_keys(desk: Desk) -> None:
    refused(desk.run("serve", "issuer", "--profile", "conformance", "--port", "0"), "home_has_keys")
    refused(
        desk.run(
            "serve", "verifier", "--profile", "conformance", "--port", "0", "--host", "0.0.0.0"
        ),
        "not_loopback",
    )


def test_each_run_has_keys_of_its_own() -> None:
    def made() -> set[str]:
        return {signer.did for signer in prepared(None).signers.values()}

    first, second = made(), made()
    assert len(first) == len(SUITES)
    assert not first & second


def test_a_key_is_in_no_repr(suite: Suite) -> None:
    assert "PrivateKey" not in repr(suite.signer())


def test_contexts_belong_to_the_profile(desk: Desk) -> None:
    misused(desk.run("serve", "verifier", "--contexts", desk.folder))
    conformance = ("--profile", "conformance")
    misused(desk.run("serve", "verifier", *conformance, "--trust", desk.folder))
    misused(desk.run("serve", "issuer", *conformance, "--public"))
    misused(desk.run("serve", "verifier", "--certificate", desk.file("c.pem", b"x")))


BAD_FOLDERS = {
    "no JSON": {"a.example/x.json": "{"},
    "no context": {"a.example/x.json": "{}"},
    "one that is bundled": {"www.w3.org/ns/credentials/v2.jsonld": '{"@context": {}}'},
    "an index that is none": {"index.json": "[]"},
    "an index that leads away": {"index.json": '{"https://a.example/x": "../../etc/passwd"}'},
    "an index of what is not there": {"index.json": '{"https://a.example/x": "absent.json"}'},
    "an index of numbers": {"index.json": '{"https://a.example/x": 4}'},
}


@pytest.mark.parametrize("files", BAD_FOLDERS.values(), ids=BAD_FOLDERS)
def test_contexts_that_are_none(tmp_path: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    with pytest.raises(IssuerError) as caught:
        prepared(tmp_path)
    assert caught.value.code == "bad_contexts"


def test_the_manifest_tells_a_suite_all_that_it_needs(suite: Suite) -> None:
    status, manifest = suite.call("GET", "/implementation.json")
    assert status == 200
    tags = {tag for issuer in manifest["issuers"] for tag in issuer["tags"]}
    assert {"vc2.0", "eddsa-rdfc-2022", "ecdsa-rdfc-2019", "BitstringStatusList"} <= tags
    for issuer in manifest["issuers"]:
        path = issuer["endpoint"].removeprefix(f"http://127.0.0.1:{suite.port}")
        credential = suite.credential(issuer=issuer["id"])
        assert suite.call("POST", path, {"credential": credential})[0] == 201


def test_a_home_of_an_institution_is_left_as_it_was(desk: Desk) -> None:
    before = homes.sha256(b"".join(sorted(p.read_bytes() for p in desk.home.rglob("*.json"))))
    desk.run("serve", "issuer", "--profile", "conformance", "--port", "0")
    after = homes.sha256(b"".join(sorted(p.read_bytes() for p in desk.home.rglob("*.json"))))
    assert before == after


def test_the_page_about_it_names_every_route_and_option(suite: Suite) -> None:
    page = (ROOT / "docs" / "conformance.md").read_text("utf-8")
    routes = {rule.rule for rule in suite.service.app().url_map.iter_rules()} - {"/"}
    for route in routes:
        names = [*SUITES, "status-list"] if "<suite>" in route else ["revocation", "suspension"]
        for name in names:
            told = route.replace("<suite>", name).replace("<purpose>", name)
            assert f"{told}`" in page, told
    for option in ("--profile", "--contexts", "--certificate", "--key"):
        assert option in page
