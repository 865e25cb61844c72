"""The commands: what each says of itself, how it starts, and how it ends."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from click.testing import CliRunner

from issuer.cli import COMMANDS, main
from tests.issuer.desk import USAGE, Desk, misused, refused
from tests.issuer.homes import BASE, SLUG, make
from tests.places import ROOT

ECVET = Path(sys.executable).with_name("ecvet")


def commands() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(main)

    def walk(group: click.Group, words: str) -> Iterator[tuple[str, click.Command]]:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            assert command is not None
            path = f"{words} {name}".strip()
            if isinstance(command, click.Group):
                yield from walk(command, path)
            yield path, command

    return walk(main, "")


EVERY = dict(commands())
#: The commands and options that others rely on.
FACES = {
    "demo": ["--port", "--public-url", "--home", "--no-serve"],
    "keys create": ["--home", "--name", "--country", "--algorithm", "--base-url", "--verifier-url"],
    "keys list": ["--home"],
    "keys retire": ["--home"],
    "keys revoke": ["--home"],
    "keys export": ["--home"],
    "issue": ["--output", "-o", "--qr", "--jwt", "--as", "--home", "--passphrase-file"],
    "sign": ["--as", "--output"],
    "accept": ["--offline", "--home", "--passphrase-file"],
    "verify": ["--json", "--trust", "--at", "--offline"],
    "trust add": ["--name", "--authority", "--operator"],
    "trust list": [],
    "trust remove": [],
    "recognise": ["--as", "--with", "--trust", "--offline"],
    "progress": ["--trust"],
    "qr": ["--verifier", "--output", "-o"],
    "serve issuer": ["--port", "--public"],
    "serve verifier": ["--port", "--trust"],
}


@pytest.mark.parametrize("path", EVERY)
def test_every_command_says_what_it_does(path: str) -> None:
    told = CliRunner().invoke(main, [*path.split(), "--help"])
    assert told.exit_code == 0
    assert f"Usage: main {path} " in told.output
    described = EVERY[path].help or ""
    assert described.partition("\n")[0].rstrip().endswith((".", ","))
    for parameter in EVERY[path].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


@pytest.mark.parametrize(("path", "options"), FACES.items(), ids=FACES.keys())
def test_what_others_rely_on_is_there(path: str, options: list[str]) -> None:
    known = {name for parameter in EVERY[path].params for name in parameter.opts}
    assert known >= set(options)


def test_the_readme_names_commands_and_options_that_exist() -> None:
    readme = (ROOT / "README.md").read_text("utf-8").replace("\\\n", " ")
    named = re.findall(r"(?:\.venv/bin/|`)ecvet ([^\n`]+)", readme)
    assert len(named) > 8
    for words in named:
        name = next((n for n in sorted(EVERY, key=len, reverse=True) if words.startswith(n)), None)
        assert name is not None, words
        known = {option for parameter in EVERY[name].params for option in parameter.opts}
        assert set(re.findall(r"(?<= )--[a-z-]+", words)) <= known, words


def test_the_list_of_commands_says_what_each_command_says() -> None:
    told = CliRunner().invoke(main, ["--help"]).output
    for name, (_, _, line) in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(line)}$", told, re.MULTILINE)


@pytest.mark.parametrize("words", [["nonsense"], [], ["keys"], ["keys", "x"], ["issue"], ["qr"]])
def test_wrong_usage_is_64(desk: Desk, words: list[str]) -> None:
    assert desk.run(*words).exit_code == USAGE


def test_the_installed_command_starts_quickly_and_says_its_version() -> None:
    told = subprocess.run([ECVET, "--version"], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"ecvet \d+\.\d+\.\d+\n", told.stdout)
    program = (
        "import sys\nfrom issuer.cli import main\nmain(['--help'], standalone_mode=False)\n"
        "print(*{'flask', 'sqlalchemy', 'PIL', 'pyld', 'zxingcpp'} & set(sys.modules))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.splitlines()[-1].strip() == ""


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=lambda s: s.name)
def test_the_public_pages_are_served_without_a_passphrase_until_told_to_stop(
    tmp_path: Path, stop: signal.Signals
) -> None:
    make(tmp_path / "home").close()
    env = {name: value for name, value in os.environ.items() if "PASSPHRASE" not in name}
    process = subprocess.Popen(
        [ECVET, "serve", "issuer", "--public", "--home", tmp_path / "home", "--port", "0"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        address = process.stdout.readline().split()[-1]
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
        connection.request("GET", f"/{SLUG}/did.json")
        answer = connection.getresponse()
        assert json.loads(answer.read())["id"] == f"did:web:{urlsplit(BASE).hostname}:{SLUG}"
        connection.close()
    finally:
        process.send_signal(stop)
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert errors == ""


@pytest.mark.parametrize(
    ("passphrase", "code"), [(None, "no_passphrase"), ("another one", "wrong_passphrase")]
)
def test_the_service_with_keys_starts_with_their_passphrase_alone(
    desk: Desk, passphrase: str | None, code: str
) -> None:
    refused(desk.run("serve", "issuer", "--port", "0", passphrase=passphrase), code)


def test_https_needs_a_certificate_and_its_key(desk: Desk) -> None:
    misused(desk.run("serve", "issuer", "--key", desk.file("key.pem", b"x"), "--port", "0"))
    both = ("--certificate", desk.file("chain.pem", b"x"), "--key", desk.file("key.pem", b"x"))
    refused(desk.run("serve", "issuer", "--public", "--port", "0", *both), "bad_certificate")
