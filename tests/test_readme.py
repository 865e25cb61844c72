"""The README's commands do what it says: they are run, in its order, as a reader would."""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from issuer.home import Home, Settings
from issuer.issue import Issuing
from tests.chain_papers import memorandum
from tests.places import ROOT

README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
COMMANDS = [
    line.strip()
    for block in BLOCKS
    for line in block.replace("\\\n", " ").splitlines()
    if line.strip() and not line.startswith("make ")
]
OUR_DID = "did:web:credentials.omnia.example:omnia"


def test_the_two_commands_are_targets() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    made = {
        line.split()[1] for block in BLOCKS for line in block.splitlines() if line[:5] == "make "
    }
    assert {"run", "test"} <= made
    for target in made:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Path]:
    """A folder as a reader has it after `make run`, with a draft and a partner's memorandum."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "ecvet").symlink_to(Path(sys.executable).with_name("ecvet"))
    demo = [".venv/bin/ecvet", "demo", "--no-serve", "--home", "demo"]
    made = subprocess.run(
        demo, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert made.returncode == 0, made.stderr
    draft = json.loads((ROOT / "examples" / "germany-dual-system.json").read_text("utf-8"))
    subject = draft["credentialSubject"]
    names = json.dumps(draft, ensure_ascii=False)
    for slug in json.loads((ROOT / "examples" / "institutions.json").read_text("utf-8")):
        names = names.replace(f'"{slug}"', f'"{OUR_DID}"')
    draft = json.loads(names)
    subject = draft["credentialSubject"]
    subject.pop("institution", None)
    draft["issuer"] = "omnia"
    (tmp_path / "transcript.json").write_text(json.dumps(draft), "utf-8")
    (tmp_path / "memorandum.json").write_bytes(_memorandum(tmp_path / "partner"))
    yield tmp_path


def _memorandum(folder: Path) -> bytes:
    """A memorandum that a partner issued, and that asks for our signature."""
    moment = datetime(2026, 5, 1, tzinfo=UTC)
    settings = Settings(base_url="https://partner.example", verifier_url="https://verify.example")
    home = Home.create(folder, settings, passphrase="a test passphrase")
    home.add_institution(
        "college", legal_name="College", country="NL", at=moment, random=secrets.token_bytes
    )
    draft = memorandum({"id": "https://x.example/1", "@context": []} | _specified())
    subject = draft["credentialSubject"]
    subject["signatory"] = [{"party": OUR_DID}]
    subject["partner"][0]["party"] = OUR_DID
    subject["institution"] = [
        {"id": OUR_DID, "type": "CompetentInstitution", "legalName": "Omnia", "country": "FI"}
    ]
    issuing = Issuing(home, clock=lambda: moment, random=secrets.token_bytes)
    return issuing.issue(draft, institution="college").body


def _specified() -> dict[str, object]:
    return {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": "VerifiableCredential"}


def test_the_commands_work(desk: Path) -> None:
    environment = {**os.environ}
    environment.pop("ECVET_PASSPHRASE", None)
    ran = 0
    for command in COMMANDS:
        if command.startswith("export "):
            name, _, value = command.removeprefix("export ").partition("=")
            environment[name] = value.strip('"')
        elif " serve " in command:
            _serves(re.sub(r"--port \d+", "--port 0", command), desk, environment)
        else:
            done = subprocess.run(
                ["/bin/sh", "-c", command],
                cwd=desk,
                env=environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        ran += 1
    assert ran == len(COMMANDS) > 8
    assert json.loads((desk / "signed.json").read_bytes())["proof"]
    assert (desk / "code.png").stat().st_size > 200
    assert len(json.loads((desk / "memorandum.json").read_bytes())["proof"]) == 2


def _serves(command: str, desk: Path, environment: dict[str, str]) -> None:
    """The command says where it serves, and ends in good order when it is told to."""
    process = subprocess.Popen(
        command.split() if '"' not in command else ["/bin/sh", "-c", f"exec {command}"],
        cwd=desk,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        assert "http://127.0.0.1:" in said, said
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
