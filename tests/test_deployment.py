"""What docs/deployment.md says is done, and gunicorn serves as configured."""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from issuer.home import Home
from tests.issuer.homes import CANARY, PASSPHRASE, SLUG, draft, issuing, make
from tests.places import ROOT

PAGE = (ROOT / "docs" / "deployment.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
BIN = Path(sys.executable).parent
PATH = f"{BIN}{os.pathsep}{os.environ['PATH']}"


def test_the_commands_of_the_page_do_what_it_says(tmp_path: Path) -> None:
    env = {"PATH": PATH, "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    script = "set -eu\n" + "\n".join(BLOCKS)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("all in order") == 3
    assert (tmp_path / "restored" / "settings.json").is_file()


def test_every_command_of_the_page_exists() -> None:
    for name in sorted(
        set(re.findall(r"(?:^|`|restored |/)ecvet ((?:[a-z]+ )?[a-z]+)", PAGE, re.MULTILINE))
    ):
        words = name.split()
        told = subprocess.run(
            [BIN / "ecvet", *words, "--help"], capture_output=True, text=True, check=False
        )
        if told.returncode:  # the second word is an argument
            told = subprocess.run(
                [BIN / "ecvet", words[0], "--help"], capture_output=True, text=True, check=False
            )
        assert told.returncode == 0, name


def test_every_option_of_the_page_exists() -> None:
    for command, rest in re.findall(r"ecvet ((?:serve|keys|audit|status) [a-z]+|backup)(.*)", PAGE):
        told = subprocess.run(
            [BIN / "ecvet", *command.split(), "--help"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for option in re.findall(r"--[a-z-]+", rest.partition("`")[0].partition("|")[0]):
            assert option in told, (command, option)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def get(address: str, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(address + path, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@contextmanager
def gunicorn(what: str, folder: Path, **env: str) -> Iterator[tuple[str, Path]]:
    port, log = free_port(), folder / "gunicorn.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", what],
            cwd=ROOT,
            env={
                **{name: value for name, value in os.environ.items() if name[:6] != "ECVET_"},
                "ECVET_BIND": f"127.0.0.1:{port}",
                "ECVET_LOG": "json",
                "TMPDIR": str(folder),
                **env,
            },
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                get(address, "/healthz")
                break
            except OSError:
                assert process.poll() is None, log.read_text()
                time.sleep(0.1)
        yield address, log
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, log.read_text()
    assert not list(folder.glob("ecvet-metrics-*")), "nothing is left behind"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = make(tmp_path / "home")
    yield opened
    opened.close()


def test_gunicorn_serves_the_public_pages_with_two_processes(home: Home, tmp_path: Path) -> None:
    issued = issuing(home).issue(draft(), institution=SLUG)
    token = issued.address.rpartition("/")[2]
    with gunicorn("issuer.web.wsgi:public()", tmp_path, ECVET_HOME=str(home.folder)) as (at, log):
        for _ in range(40):
            assert get(at, f"/credentials/{token}") == (200, issued.body)
        assert get(at, f"/audit/{SLUG}/checkpoint")[0] == 200
        assert get(at, f"/credentials/{secrets.token_hex(16)}")[0] == 404
        assert get(at, "/desk/")[0] == 404
        counted = get(at, "/metrics")[1].decode()
        lines = [json.loads(line) for line in log.read_text().splitlines() if line[:1] == "{"]
    (found,) = re.findall(
        r'ecvet_http_requests_total\{method="GET",route="/credentials/\{token\}",status="2xx"\} '
        r"([0-9.]+)",
        counted,
    )
    assert float(found) == 40, "added up over both processes"
    routes = [line["route"] for line in lines]
    assert routes.count("/credentials/{token}") == 41
    for secret in (token, CANARY, issued.address):
        assert secret not in log.read_text()


def test_gunicorn_serves_the_desk_with_the_keys(home: Home, tmp_path: Path) -> None:
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE)
    env = {
        "ECVET_HOME": str(home.folder),
        "ECVET_PASSPHRASE_FILE": str(passphrase),
        "ECVET_WORKERS": "1",
    }
    with gunicorn("issuer.web.wsgi:service()", tmp_path, **env) as (at, log):
        status, body = get(at, "/desk/sign-in")
        assert status == 200
        assert b"<form" in body
        lines = log.read_text()
    assert '"route": "/desk/sign-in"' in lines


def test_gunicorn_serves_the_verifier(tmp_path: Path) -> None:
    (tmp_path / "trust").mkdir()
    env = {"ECVET_TRUST": str(tmp_path / "trust")}
    with gunicorn("verifier.web.wsgi:app()", tmp_path, **env) as (at, _):
        assert get(at, "/")[0] == 200
        assert get(at, "/healthz")[0] == 200


def test_a_wrong_setting_is_said_at_the_start(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from issuer.web.wsgi import public; public({})"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Set ECVET_HOME" in done.stderr
