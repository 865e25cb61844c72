"""The demonstration, as its reader meets it: run it, scan each picture, read the answer."""

from __future__ import annotations

import json
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
import zxingcpp
from PIL import Image

from contexts.statements import digest_of
from issuer.demo import Demonstration
from issuer.home import Home
from issuer.status.places import purposes_of
from issuer.store import Document
from tests.browser import launched
from tests.examples_table import EXPECTED, INSTITUTIONS, Example
from tests.issuer.homes import count
from tests.prints import attached
from verifier import service
from verifier.service import Verifier

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ECVET = Path(sys.executable).with_name("ecvet")
WORDS = {"verified": "Verified", "verified_with_remarks": "Verified, with remarks"}
#: How long the copies in a demonstration's trust folder are promised to stand for the network.
PROMISED = timedelta(days=30)


@dataclass(frozen=True)
class Demo:
    """A demonstration at work: its folder, its two addresses, and what it printed."""

    home: Path
    issuer: str
    verifier: str
    said: str

    def documents(self) -> list[Path]:
        return sorted((self.home / "documents").glob("*.json"))

    def document(self, name: str) -> dict[str, Any]:
        return json.loads((self.home / "documents" / f"{name}.json").read_bytes())

    def code(self, name: str) -> str:
        """What a scanner reads in the picture of a code."""
        picture = Image.open(self.home / "qr" / f"{name}.png")
        # QR alone: the reader sometimes takes a part of one for a bar code of another kind.
        (found,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
        return found.text


@contextmanager
def running(home: Path) -> Iterator[tuple[Demo, subprocess.Popen[str]]]:
    """`ecvet demo`, from the moment when it says that it can be stopped."""
    process = subprocess.Popen(
        [ECVET, "demo", "--home", home, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None
    try:
        lines = []
        for line in process.stdout:  # ends where the program does, so a fault is no endless wait
            lines.append(line)
            if "Ctrl-C stops" in line:
                break
        said = "".join(lines)
        assert "Ctrl-C stops" in said, said
        issuer, verifier = (
            re.search(rf"^{who}: +(\S+)/$", said, re.MULTILINE) for who in ("Issuer", "Verifier")
        )
        assert issuer
        assert verifier
        yield Demo(home, issuer[1], verifier[1], said), process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()


def without_network(expected: Example, status: str) -> str:
    """The answer that is due: a list that was read a while ago is remarked on, "as of"."""
    return "verified_with_remarks" if status == "status_as_of" else expected.verdict


def ecvet(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ECVET, *words], capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running(tmp_path_factory.mktemp("demo")) as (started, _):
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.mark.parametrize(("name", "expected"), EXPECTED.items(), ids=EXPECTED.keys())
def test_a_scanned_code_opens_the_answer(
    demo: Demo, browser: Browser, name: str, expected: Example
) -> None:
    link = demo.code(name)
    assert link.startswith(f"{demo.verifier}/#{demo.issuer}/credentials/")
    page = browser.new_page()
    try:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(link)
        page.wait_for_selector(".verdict, #trouble:not([hidden])")
        assert page.inner_text(".verdict") == WORDS[expected.verdict]
        assert page.url == f"{demo.verifier}/"
        assert page.locator("table.summary tbody tr").count() == expected.units
        assert page.inner_text("[aria-labelledby$=-holder] .big") == expected.holder
        issued_by = page.inner_text("[aria-labelledby$=-issuer] .big")
        assert issued_by == INSTITUTIONS[expected.issuer]["legalName"]
        if expected.total is None:
            assert page.locator(".total").count() == 0
            assert "This system gives no points." in page.inner_text(".ects")
        else:
            assert page.inner_text(".total strong") == f"{expected.total} competence points"
            assert "not ECTS credits" in page.inner_text(".ects")
        titles = page.locator("table.summary tbody th").all_inner_texts()
        units = demo.document(name)["credentialSubject"]["unitAchievement"]
        assert titles == [one["achievedUnit"]["title"] for one in units]
        # Nothing that the browser asked for names the document, and it asked nobody else.
        assert {urlsplit(url).netloc for url in asked} == {urlsplit(demo.verifier).netloc}
        assert not any("credentials" in url for url in asked)
    finally:
        page.close()


#: What a reader is given of each chain, the answer to the first, and the papers in the picture.
CHAINS = {
    "finland": (("transcript", "agreement", "recognition"), "verified", 5),
    "germany": (("transcript", "agreement", "recognition"), "verified_with_remarks", 5),
    "ireland": (("transcript", "agreement", "recognition"), "verified", 5),
    "iv4j": (("certificate", "memorandum"), "verified", 2),
}


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_is_answered_and_drawn(demo: Demo, browser: Browser, name: str) -> None:
    given, verdict, papers = CHAINS[name]
    files = [demo.home / "documents" / f"{name}-{paper}.json" for paper in given]
    page = browser.new_page()
    try:
        page.goto(f"{demo.verifier}/")
        page.set_input_files("input[type=file]", files)
        page.wait_for_function("document.querySelector('input[type=file]').files.length > 0")
        page.click("button[type=submit]")
        page.wait_for_selector(".verdict")
        assert page.locator(".verdict").first.inner_text() == WORDS[verdict]
        drawn = page.locator("ol.chain").first
        assert drawn.locator("> li").count() == papers
        assert drawn.locator("> li[aria-current]").count() == 1
        assert "not shown" not in drawn.inner_text().lower()
    finally:
        page.close()


def test_it_prints_each_example_with_its_answer_and_link(demo: Demo) -> None:
    for name, expected in EXPECTED.items():
        printed = re.search(rf"^\S+ {name} +(.+)\n +(\S+)$", demo.said, re.MULTILINE)
        assert printed, name
        assert printed[1] == expected.verdict.replace("_", " ")
        assert printed[2] == demo.code(name)


def test_every_document_has_a_code_and_stands_at_its_address(demo: Demo) -> None:
    names = {path.stem for path in demo.documents()}
    assert names >= EXPECTED.keys()
    assert {path.stem for path in (demo.home / "qr").iterdir()} == names
    assert {path.stem for path in (demo.home / "pdf").iterdir()} == names
    for path in demo.documents():
        with urlopen(json.loads(path.read_bytes())["id"], timeout=10) as answer:
            assert answer.read() == path.read_bytes()


def test_each_print_holds_its_document(demo: Demo) -> None:
    for path in demo.documents():
        inside = attached((demo.home / "pdf" / f"{path.stem}.pdf").read_bytes())
        assert list(inside.values()) == [path.read_bytes()]


def test_every_document_verifies_without_the_network(demo: Demo) -> None:
    told = ecvet("verify", "--offline", "--json", "--trust", demo.home / "trust", *demo.documents())
    assert told.returncode == 0, told.stdout + told.stderr
    reports = json.loads(told.stdout)
    by_digest = {digest_of(json.loads(path.read_bytes())): path.stem for path in demo.documents()}
    assert len(reports) == len(by_digest) == len(demo.documents())
    for path, report in zip(demo.documents(), reports, strict=True):
        expected = EXPECTED.get(path.stem)
        (status,) = (check["code"] for check in report["checks"] if check["name"] == "status")
        assert not expected or report["verdict"] == without_network(expected, status), path.stem
        kind = report["credential"]["type"][-1]
        assert (status == "status_none") == (not purposes_of(kind)), path.stem
        assert report["credential"]["id"] == json.loads(path.read_bytes())["id"]
        assert "unknown" not in {check["outcome"] for check in report["checks"]}, path.stem


def test_the_answer_in_words_is_full(demo: Demo) -> None:
    told = ecvet("verify", "--offline", "--trust", demo.home / "trust", *demo.documents())
    assert told.returncode == 0, told.stdout + told.stderr
    for name, expected in EXPECTED.items():
        answers = {expected.verdict, "verified_with_remarks"}  # "as of" when a list is read late
        assert any(f"{name}.json: {WORDS[answer]}.\n" in told.stdout for answer in answers)
        assert expected.holder in told.stdout


@pytest.mark.parametrize("days", [0, 29, 400])
def test_offline_it_answers_for_the_time_that_is_promised(demo: Demo, days: int) -> None:
    """For thirty days the same; after that the answer still comes, from copies that are old."""
    later = service.now() + timedelta(days=days)
    verifier = Verifier.standing_at(demo.home / "trust", offline=True, clock=lambda: later)
    given = [(path.name, path.read_bytes()) for path in demo.documents()]
    for answer in verifier.of_sources(given):
        expected = EXPECTED.get(answer.name.removesuffix(".json"))
        codes = {one.code for one in answer.report.checks}
        if timedelta(days=days) < PROMISED:
            due = expected and without_network(expected, *(codes & {"status_as_of"} or {""}))
            assert not due or answer.report.verdict.value == due, answer.name
            assert answer.report.verdict.value.startswith("verified"), answer.name
        else:
            (signature,) = (one for one in answer.report.checks if one.name == "signature")
            assert "signature_valid" in {one.code for one in (signature, *signature.also)}


def test_nothing_is_trusted_without_the_trust_folder(demo: Demo) -> None:
    """Without it, plain http is refused too: only this operator takes it from this address."""
    told = ecvet("verify", "--offline", "--json", demo.documents()[0])
    assert told.returncode == 1
    report = json.loads(told.stdout)
    assert [one["code"] for one in report["checks"] if one["outcome"] == "fail"] == [
        "insecure_address"
    ]
    assert report["credential"] is None


def test_a_changed_byte_is_not_verified(demo: Demo, tmp_path: Path) -> None:
    body = (demo.home / "documents" / "finland-omnia-business.json").read_bytes()
    assert body.count(b'"amount":"15"') > 1
    changed = tmp_path / "changed.json"
    changed.write_bytes(body.replace(b'"amount":"15"', b'"amount":"60"', 1))
    assert ecvet("verify", "--offline", "--trust", demo.home / "trust", changed).returncode == 1


def test_the_homes_hold_no_open_key(demo: Demo) -> None:
    """Every institution has a home of its own, readable by its owner alone."""
    homes = sorted((demo.home / "homes").iterdir())
    assert {home.name for home in homes} == INSTITUTIONS.keys()
    for home in homes:
        (key,) = (home / "keys" / home.name).glob("*.key.json")
        assert key.stat().st_mode & 0o077 == 0


def test_interrupted_it_ends_well_and_run_again_it_issues_nothing_twice(tmp_path: Path) -> None:
    with running(tmp_path) as (first, process):
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    bodies = {path.name: path.read_bytes() for path in first.documents()}
    again = ecvet("demo", "--home", tmp_path, "--no-serve")
    assert again.returncode == 0, again.stderr
    assert first.issuer in again.stdout
    assert {path.name: path.read_bytes() for path in first.documents()} == bodies
    other = ecvet("demo", "--home", tmp_path, "--port", "1", "--no-serve")
    assert other.returncode == 1
    assert "[bad_settings]" in other.stderr
    assert other.stderr.count("\n") == 1


@pytest.mark.parametrize("after", [1, 62, 175], ids=["first key", "a later key", "an address"])
def test_stopped_while_it_is_made_it_goes_on_from_there(tmp_path: Path, after: int) -> None:
    """It stops when it draws a random number: for a key, for its seal, for an address."""

    class Stop(Exception):
        pass

    left = iter(range(after))

    def random(size: int) -> bytes:
        if next(left, None) is None:
            raise Stop
        return secrets.token_bytes(size)

    def begun(random: Callable[[int], bytes]) -> Demonstration:
        return Demonstration(
            tmp_path,
            issuer_url="http://127.0.0.1:1",
            verifier_url="http://127.0.0.1:2",
            clock=service.now,
            random=random,
        )

    first = begun(random)
    with pytest.raises(Stop):
        first.prepare()
        list(first.issue())
    first.close()
    second = begun(secrets.token_bytes)
    second.prepare()
    made = {example.name: example.body for example in second.issue()}
    assert made.keys() >= EXPECTED.keys()
    for slug in INSTITUTIONS:
        assert second.records.did_document(slug)["assertionMethod"]
    second.close()
    homes = [Home.open(folder, passphrase="") for folder in (tmp_path / "homes").iterdir()]
    assert sum(count(home, Document) for home in homes) == len(made)
    for home in homes:
        home.close()
