"""`ecvet verify`: exit codes, reports for programs, and sentences that anybody understands."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import qrcode
from click.testing import CliRunner, Result

from issuer.cli import main
from tests.chain_papers import Builder, Chain
from tests.verifier.tables.case import put
from tests.world import encoded
from verifier.cli.verify import EXIT_CODES
from verifier.link import make
from verifier.report import CHECK_NAMES, Verdict
from verifier.trust import add_anchor, write_copies

#: How long the copies of these tests stand for today, whichever day the tests run.
AGES = 100 * 365 * 24 * 3600
OLD, USAGE = datetime(2026, 6, 12, tzinfo=UTC), 64


@dataclass(frozen=True)
class Desk:
    """A folder with a chain's papers as files, and a trust folder beside them."""

    folder: Path
    chain: Chain

    def file(self, name: str, body: bytes) -> str:
        path = self.folder / name
        path.write_bytes(body)
        return str(path)

    def paper(self, name: str) -> str:
        return self.file(f"{name}.json", self.chain.body(name))

    def run(self, *words: str, given: bytes | None = None) -> Result:
        """The command without the network, with this desk's trust."""
        trust = str(self.folder / "trust")
        full = ["verify", "--offline", "--trust", trust, *words]
        result = CliRunner().invoke(main, full, input=given)
        assert "Traceback" not in result.output + result.stderr
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    chain = Builder().build()
    trust = tmp_path / "trust"
    add_anchor(trust, chain.body("memorandum"))
    world = chain.world
    shown_by_holders = ("agreement", "transcript", "statement")
    private = {str(chain.documents[name]["id"]) for name in shown_by_holders}
    copies = [
        (url, body)
        for url, body in world.network.items()
        if isinstance(body, bytes) and url not in private
    ]
    write_copies(trust, copies, at=OLD, ttl=AGES)
    return Desk(tmp_path, chain)


def picture(text: str) -> bytes:
    kept = io.BytesIO()
    qrcode.make(text).save(kept, "PNG")
    return kept.getvalue()


def swapped(chain: Chain) -> bytes:
    return chain.body("transcript").replace(b"Virtanen", b"Virtanem", 1)


def by_stranger(chain: Chain) -> bytes:
    return encoded(chain.world.sign(chain.documents["transcript"], "stranger"))


def of(**signed: str) -> Callable[[Chain], bytes]:
    """The transcript with other outer members, well signed."""

    def body(chain: Chain) -> bytes:
        return encoded(chain.world.sign({**chain.documents["transcript"], **signed}, "omnia"))

    return body


def with_member(path: str, value: str) -> Callable[[Chain], bytes]:
    def body(chain: Chain) -> bytes:
        document = json.loads(chain.body("transcript"))
        put({path: value})(document)
        return encoded(document)

    return body


def in_case(chain: Chain) -> bytes:
    return chain.body("transcript").replace(b'"birthdate"', b'"BirthDate"', 1)


def units_swapped(chain: Chain) -> bytes:
    document = json.loads(chain.body("transcript"))
    first, second = document["credentialSubject"]["unitAchievement"]
    first["pointsAwarded"], second["pointsAwarded"] = (
        second["pointsAwarded"],
        first["pointsAwarded"],
    )
    return encoded(document)


#: What is on the desk -> exit code, code, and words that a reader finds in the answer.
FILES: dict[str, tuple[Callable[[Chain], bytes], int, str, str]] = {
    "a good transcript": (
        lambda chain: chain.body("transcript"),
        0,
        "signature_valid",
        "transcript: Verified.",
    ),
    "a changed byte": (swapped, 1, "signature_invalid", "was changed after it was signed"),
    "an unknown term": (
        with_member("credentialSubject.gradeAverage", "5"),
        1,
        "unknown_member",
        "no signature would cover",
    ),
    "a key in the wrong case": (in_case, 1, "unknown_member", "BirthDate"),
    "points swapped between units": (units_swapped, 1, "signature_invalid", "Do not rely on it"),
    "another issuer's key": (by_stranger, 1, "signers_missing", "not signed by omnia.example"),
    "an expired document": (
        of(validUntil="2026-06-30T00:00:00Z"),
        1,
        "expired",
        "It was in force until 30 June 2026",
    ),
    "a document of the future": (
        of(validFrom="2999-01-01T00:00:00Z"),
        1,
        "not_yet_valid",
        "1 January 2999",
    ),
    "unsigned": (
        lambda chain: encoded(
            {k: v for k, v in chain.documents["transcript"].items() if k != "proof"}
        ),
        1,
        "unsigned",
        "anybody could have written it",
    ),
    "a QR picture of something else": (
        lambda chain: picture("https://shop.example/sale"),
        1,
        "link_elsewhere",
        "shop.example",
    ),
    "a QR picture of a document that is out of reach": (
        lambda chain: picture(make("https://v.example", "https://gone.example/a", b"x")),
        2,
        "document_unreachable",
        "could not be fetched",
    ),
    "an empty file": (lambda chain: b"", 1, "empty", "What you gave is empty"),
    "100,000 brackets": (lambda chain: b"[" * 100_000, 1, "too_deep", "nested beyond all measure"),
    "100,000 brackets of the other kind": (
        lambda chain: b'{"a":' * 100_000,
        1,
        "too_deep",
        "nested beyond all measure",
    ),
    "a letter": (lambda chain: b"Dear Sir or Madam", 1, "no_document", "No document found"),
    "a PDF": (lambda chain: b"%PDF-1.7", 1, "pdf_damaged", "PDF"),
    "somebody else's paper": (
        with_member("type", ["DrivingLicence"]),
        2,
        "unknown_paper",
        "not a paper known here",
    ),
    "a credential of a kind that nothing defines": (
        with_member("type[1]", "DrivingLicence"),
        1,
        "unknown_term",
        "a word without a meaning",
    ),
    "somebody else's vocabulary": (
        with_member("@context[1]", "https://evil.example/context"),
        2,
        "unsupported_context",
        "Nothing was fetched",
    ),
}


@pytest.mark.parametrize(("body", "exit_code", "code", "words"), FILES.values(), ids=FILES.keys())
def test_a_file(
    desk: Desk, body: Callable[[Chain], bytes], exit_code: int, code: str, words: str
) -> None:
    result = desk.run(desk.file("transcript", body(desk.chain)))
    assert result.exit_code == exit_code, result.output
    assert f"[{code}]" in result.output
    assert words in result.output
    assert result.stderr == ""


def test_an_issuer_that_cannot_be_reached(desk: Desk, tmp_path: Path) -> None:
    write_copies(tmp_path / "trust", [], at=OLD, ttl=AGES)
    result = desk.run(desk.paper("transcript"))
    assert result.exit_code == 2
    assert "Could not be confirmed." in result.output
    assert "[issuer_unreachable]" in result.output
    assert "Virtanen" not in result.output, "nothing unverified is shown"


def test_an_issuer_that_looks_like_another(desk: Desk) -> None:
    chain = desk.chain
    chain.world.institution("xn--mnia-45d", "Omnia (test)")
    draft = dict(chain.documents["transcript"])
    node = chain.world.parties["xn--mnia-45d"].node
    body = encoded(chain.world.sign({**draft, "issuer": node}, "xn--mnia-45d"))
    trust = desk.folder / "trust"
    served = chain.world.network["https://xn--mnia-45d.example/.well-known/did.json"]
    assert isinstance(served, bytes)
    copies = [("https://xn--mnia-45d.example/.well-known/did.json", served)]
    write_copies(trust, copies, at=OLD, ttl=AGES)
    chain.world.pinned = ["omnia"]
    add_anchor(trust, next(iter(chain.world.trust().pinned.values())))
    result = desk.run(desk.file("a.json", body))
    assert "[issuer_lookalike]" in result.output
    assert "xn--mnia-45d.example" in result.output
    assert "omnia.example" in result.output


# --- several sources, reports for programs -----------------------------------------------------

GOOD, BAD, AWAY = "transcript", "", "https://gone.example/a"


@pytest.mark.parametrize(
    ("sources", "exit_code"),
    [
        ((GOOD,), 0),
        ((BAD,), 1),
        ((AWAY,), 2),
        ((GOOD, GOOD), 0),
        ((GOOD, BAD), 1),
        ((GOOD, AWAY), 2),
        ((AWAY, GOOD), 2),
        ((AWAY, BAD), 1),
        ((BAD, AWAY, GOOD), 1),
    ],
    ids=lambda value: "+".join(v or "empty" for v in value) if isinstance(value, tuple) else None,
)
def test_the_worst_answer_decides(desk: Desk, sources: tuple[str, ...], exit_code: int) -> None:
    files = {GOOD: desk.paper("transcript"), BAD: desk.file("empty.json", b""), AWAY: AWAY}
    result = desk.run(*(files[source] for source in sources))
    assert result.exit_code == exit_code, result.output


def test_every_verdict_has_an_exit_code() -> None:
    assert set(EXIT_CODES) == set(Verdict)


def test_one_source_gives_one_report(desk: Desk) -> None:
    result = desk.run("--json", desk.paper("transcript"))
    report = json.loads(result.stdout)
    assert report["verdict"] == "verified"
    assert [check["name"] for check in report["checks"]] == list(CHECK_NAMES)
    assert report["credential"]["credentialSubject"]["surnames"] == "Virtanen"


def test_several_sources_give_a_list_in_their_order(desk: Desk) -> None:
    papers = ("agreement", "transcript", "statement")
    result = desk.run("--json", *(desk.paper(name) for name in papers))
    assert result.exit_code == 0
    reports = json.loads(result.stdout)
    assert [report["credential"]["id"] for report in reports] == [
        desk.chain.documents[name]["id"] for name in papers
    ]
    codes = {check["code"] for check in reports[1]["checks"]}
    assert {"achieved_as_agreed", "recognised"} <= codes


def test_a_report_of_what_could_not_be_read_is_a_report(desk: Desk) -> None:
    result = desk.run("--json", desk.file("empty.json", b""))
    assert result.exit_code == 1
    report = json.loads(result.stdout)
    assert report["verdict"] == "not_verified"
    assert report["credential"] is None
    assert len(report["checks"]) == len(CHECK_NAMES)


def test_the_text_answer_says_who_and_what(desk: Desk) -> None:
    result = desk.run(desk.paper("transcript"), desk.paper("agreement"))
    first = result.stdout.splitlines()[0:2]
    assert first == ["transcript.json: Verified.", "  Personal transcript: Maria Virtanen"]
    assert "achieved_as_agreed" in result.stdout
    assert "\x1b[" not in result.stdout, "no colours where nobody sees them"


# --- options -----------------------------------------------------------------------------------


def test_standard_input(desk: Desk) -> None:
    result = desk.run("-", given=desk.chain.body("transcript"))
    assert result.exit_code == 0
    assert result.stdout.startswith("standard input: Verified.")


@pytest.mark.parametrize(
    ("at", "exit_code", "code"),
    [
        ("2026-06-12T09:00:00Z", 0, "in_force"),
        ("2026-06-12T08:59:59Z", 1, "not_yet_valid"),
        ("2026-06-12", 1, "not_yet_valid"),
        ("2026-06-13", 0, "in_force"),
        ("2026-06-12T12:00:00+03:00", 0, "in_force"),
    ],
)
def test_at_another_time(desk: Desk, at: str, exit_code: int, code: str) -> None:
    result = desk.run("--at", at, desk.paper("transcript"))
    assert result.exit_code == exit_code, result.output
    assert f"[{code}]" in result.output


WRONG_USAGE: dict[str, tuple[str, ...]] = {
    "no source": (),
    "a missing file": ("absent.json",),
    "a folder": (".",),
    "a time that is none": ("--at", "yesterday", "-"),
    "an option that is none": ("--quickly", "-"),
    "a trust folder that is missing": ("--trust", "/absent/trust", "-"),
}


@pytest.mark.parametrize("words", WRONG_USAGE.values(), ids=WRONG_USAGE.keys())
def test_wrong_usage(desk: Desk, words: tuple[str, ...]) -> None:
    result = desk.run(*words, given=b"")
    assert result.exit_code == USAGE
    assert "Error:" in result.stderr
    assert result.stdout == ""


def test_a_trust_folder_that_cannot_be_read_is_one_sentence(desk: Desk) -> None:
    (desk.folder / "trust" / "anchors" / "odd.json").write_text("{")
    result = desk.run(desk.paper("transcript"))
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: anchors/odd.json")
    assert result.stderr.rstrip().endswith("[bad_anchor]")


def test_the_installed_command_does_the_same(desk: Desk) -> None:
    installed = Path(sys.executable).with_name("ecvet")
    if not installed.exists():
        pytest.skip("the command is not installed beside this Python")
    command = [str(installed), "verify", "--offline", "--trust", str(desk.folder / "trust")]
    done = subprocess.run(
        [*command, desk.paper("transcript"), desk.file("empty.json", b"")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "transcript.json: Verified." in done.stdout
    assert "empty.json: Not verified." in done.stdout
    assert done.stderr == ""
