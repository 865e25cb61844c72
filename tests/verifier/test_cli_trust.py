"""`ecvet trust`: who is trusted is said, listed and taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.chain_papers import Builder
from tests.issuer.desk import Desk, misused, refused
from tests.world import encoded


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path)


def test_trust_is_given_listed_and_taken_back(desk: Desk) -> None:
    chain = Builder().build()
    paper = desk.file("memorandum.json", chain.body("memorandum"))
    address = json.loads(paper.read_bytes())["id"]
    given = [
        (["Ministry", "--operator"], "Ministry", "operator     Ministry"),
        (
            ["did:web:a.example", "--name", "A"],
            "did:web:a.example",
            "institution  A  did:web:a.example",
        ),
        (
            ["did:web:b.example", "--name", "B", "--authority"],
            "did:web:b.example",
            "authority    B  did:web:b.example",
        ),
        ([str(paper)], address, f"MemorandumOfUnderstanding  {address}"),
    ]
    for words, _, line in given:
        told = desk.run("trust", "add", "trust", *words)
        assert told.exit_code == 0, told.output
        assert line in desk.run("trust", "list", "trust").stdout.splitlines()
    for _, name, line in given[1:]:
        told = desk.run("trust", "remove", "trust", name)
        assert told.stdout == f"No longer trusted: {name}\n"
        assert line not in desk.run("trust", "list", "trust").stdout.splitlines()
        refused(desk.run("trust", "remove", "trust", name), "unknown_anchor")


@pytest.fixture(scope="module")
def bodies() -> dict[str, bytes]:
    chain = Builder().build()
    memorandum = dict(chain.documents["memorandum"])
    unsigned = {name: value for name, value in memorandum.items() if name != "proof"}
    return {
        "a transcript": chain.body("transcript"),
        "unsigned": encoded(unsigned),
        "not whole": encoded({"type": ["VerifiableCredential", "MemorandumOfUnderstanding"]}),
        "an unknown member": encoded(memorandum | {"extra": "1"}),
        "no json": b"no json",
        "a list": b"[]",
        "nothing": b"",
    }


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("a transcript", "bad_anchor"),
        ("unsigned", "bad_anchor"),
        ("not whole", "missing_member"),
        ("an unknown member", "unknown_member"),
        ("no json", "not_json"),
        ("a list", "unknown_paper"),
        ("nothing", "empty"),
    ],
)
def test_only_a_whole_signed_memorandum_or_list_is_trusted(
    desk: Desk, bodies: dict[str, bytes], name: str, code: str
) -> None:
    file = desk.file("paper.json", bodies[name])
    refused(desk.run("trust", "add", "trust", file), code)
    assert not (desk.folder / "trust").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["add", "trust", "did:nonsense", "--name", "x"], "bad_did"),
        (["add", "trust", "did:web:UPPER.example", "--name", "x"], "bad_did"),
        (["list", "nowhere"], "no_trust_folder"),
        (["remove", "nowhere", "did:web:a.example"], "no_trust_folder"),
    ],
    ids=" ".join,
)
def test_trust_that_cannot_be_is_one_sentence(desk: Desk, words: list[str], code: str) -> None:
    refused(desk.run("trust", *words), code)
    assert not (desk.folder / "trust").exists()


@pytest.mark.parametrize(
    "words", [["did:web:a.example"], ["nofile.json"], ["."]], ids=["no name", "no file", "a folder"]
)
def test_trust_that_is_asked_for_wrongly(desk: Desk, words: list[str]) -> None:
    misused(desk.run("trust", "add", "trust", *words))
    assert not (desk.folder / "trust").exists()
