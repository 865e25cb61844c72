"""Every example of docs/api.md, run against an issuer and a verifier that stand."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest

from contexts.loader import Allowances, bundled
from issuer.access import Tokens
from issuer.cli import main
from issuer.home import Home, Settings
from issuer.issue import Issued, Issuing
from issuer.web.private import private_app
from keys.algorithms import PrivateKey
from keys.did import did_key
from keys.proofs import create
from keys.sealing import ScryptCost
from tests.issuer.homes import draft
from tests.places import ROOT
from verifier import link
from verifier.service import Verifier
from verifier.trust import Operator, PinnedInstitution, add_anchor
from verifier.web.app import verifier_app
from verifier.web.free import free_ports
from verifier.web.serve import start
from verifier.web.settings import WebSettings

PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")
#: A command, and the answer that stands right behind it.
EXAMPLES = re.findall(r"^```sh\n(.*?)^```\n```(json|text)\n(.*?)^```", PAGE, re.M | re.S)


@dataclass(frozen=True)
class Desk:
    """A folder with what a reader has, and where the two services stand."""

    folder: Path
    issuer: str
    verifier: str
    environment: dict[str, str]

    def run(self, command: str) -> str:
        here = command.replace("https://verify.example", self.verifier)
        here = here.replace("https://credentials.example", self.issuer)
        ran = subprocess.run(
            ["/bin/sh", "-euc", here],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    if shutil.which("curl") is None:
        pytest.skip("there is no curl on this machine")
    folder = tmp_path_factory.mktemp("desk")
    port, other = free_ports(2)
    issuer, verifier = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{other}"
    moment = datetime.now(UTC).replace(microsecond=0)
    with ExitStack() as stack:
        settings = Settings(base_url=issuer, verifier_url=verifier)
        home = Home.create(folder / "home", settings, passphrase="x" * 20, cost=ScryptCost(n=2**10))
        stack.callback(home.close)
        home.add_institution(
            "omnia", legal_name="Omnia", country="FI", at=moment, random=secrets.token_bytes
        )
        issuing = Issuing(home, clock=lambda: moment, random=secrets.token_bytes)
        first, second = (issuing.issue(draft(name), institution="omnia") for name in ("A", "B"))
        _lay_out(folder, verifier, first, second)
        add_anchor(folder / "trust", Operator(name="a reader", plain_origins=[issuer]))
        pinned = PinnedInstitution(id=home.did_of("omnia"), name="Omnia", added_on="2026-01-01")
        add_anchor(folder / "trust", pinned)
        app = private_app(home, clock=lambda: moment, random=secrets.token_bytes)
        stack.enter_context(start(app, "127.0.0.1", port))
        service = Verifier.standing_at(folder / "trust")
        page = verifier_app(WebSettings(operator="a reader"), service)
        stack.enter_context(start(page, "127.0.0.1", other))
        environment = {"TOKEN": _token(home, moment), "ADDRESS": second.address, "NO_PROXY": "*"}
        yield Desk(folder, issuer, verifier, {"PATH": os.environ["PATH"], **environment})


def _lay_out(folder: Path, verifier: str, first: Issued, second: Issued) -> None:
    (folder / "transcript.json").write_bytes(first.body)
    (folder / "other.json").write_bytes(second.body)
    (folder / "draft.json").write_text(json.dumps(draft("C")), "utf-8")
    (folder / "presentation.json").write_text(json.dumps(_presentation(first)), "utf-8")
    (folder / "link.txt").write_text(link.make(verifier, first.address, first.body), "utf-8")


def _presentation(issued: Issued) -> dict[str, Any]:
    """A holder's presentation that answers the challenge of the example."""
    key = PrivateKey.generate("Ed25519", random=secrets.token_bytes)
    holder = did_key(key.public)
    presentation: dict[str, Any] = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": holder,
        "verifiableCredential": [json.loads(issued.body)],
    }
    proof = create(
        presentation,
        private_key=key,
        verification_method=f"{holder}#{holder.removeprefix('did:key:')}",
        created=datetime.now(UTC),
        contexts=bundled().allowing(Allowances(embedded=True)),
        purpose="authentication",
        challenge="a5f1",
        domain="employer.example",
    )
    return {**presentation, "proof": proof}


def _token(home: Home, moment: datetime) -> str:
    secret, _ = Tokens(home.store).issue_token(
        "omnia",
        scopes=("issue", "status"),
        expires=moment + timedelta(days=1),
        label="student records",
        at=moment,
        random=secrets.token_bytes,
    )
    return secret


def agrees(told: Any, shown: Any) -> bool:
    """Whether an answer holds all that an example shows of it; `…` stands for anything."""
    if isinstance(shown, dict):
        return isinstance(told, dict) and all(
            key in told and agrees(told[key], value) for key, value in shown.items()
        )
    if shown == ["…"]:
        return isinstance(told, list) and bool(told)
    if isinstance(shown, list):
        return isinstance(told, list) and len(told) == len(shown) and all(map(agrees, told, shown))
    if isinstance(shown, str) and shown.endswith("…"):
        return shown == "…" or str(told).startswith(shown[:-1])
    return bool(told == shown)


def test_the_examples_do_what_the_page_says(desk: Desk) -> None:
    assert len(EXAMPLES) == PAGE.count("```sh") > 10
    for command, kind, shown in EXAMPLES:
        told = desk.run(command)
        if kind == "json":
            assert agrees(json.loads(told), json.loads(shown)), f"{command}\n{told}"
        else:
            for line in shown.splitlines():
                assert line in told, f"{command}\n{told}"


def test_every_address_on_the_page_is_there(desk: Desk) -> None:
    found = set(re.findall(r"`(?:GET |POST )?(/[\w./-]+)`", PAGE))
    described = {
        path
        for service in (desk.issuer, desk.verifier)
        for path in json.loads(desk.run(f"curl -s {service}/openapi.json"))["paths"]
    }
    known = {re.sub(r"\{\w+\}", "X", path) for path in described}
    named = {re.sub(r"\b(NAME|ID|TOKEN|LIST|KIND)\b", "X", path) for path in found}
    folders = {path for path in named if path.endswith("/")}
    assert named - folders <= known
    assert all(any(path.startswith(folder) for path in known) for folder in folders)


def test_every_link_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target


def test_every_command_on_the_page_is_there() -> None:
    commands = re.findall(r"(?:^    |`)ecvet ([^`#\n]+)", PAGE, re.MULTILINE)
    assert len(commands) > 3
    for command in commands:
        found: click.Command | None = main
        for word in command.split():
            if isinstance(found, click.Group):
                found = found.get_command(click.Context(found), word)
                assert found is not None, command
            elif word.startswith("--"):
                assert word in {name for one in found.params for name in one.opts}, command
