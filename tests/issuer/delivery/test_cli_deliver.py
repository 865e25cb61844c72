"""`ecvet deliver` and `ecvet serve issuer --public --claims`, as they are typed."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import stat
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.issuer.delivery.post_office import PostOffice, opened
from tests.issuer.desk import Desk, misused, refused
from tests.issuer.homes import BASE, CANARY, SLUG, draft
from tests.prints import attached

ECVET = Path(sys.executable).with_name("ecvet")


def issued(desk: Desk, surnames: str = CANARY) -> str:
    out = desk.folder / f"{surnames}.json"
    result = desk.run("issue", desk.file("draft.json", draft(surnames)), "--as", SLUG, "-o", out)
    assert result.exit_code == 0, result.output
    return str(json.loads(out.read_text())["id"])


def with_mail(desk: Desk, office: PostOffice) -> None:
    file = desk.home / "settings.json"
    plain = json.loads(file.read_text())
    plain["mail"] = {
        "host": "127.0.0.1",
        "port": office.port,
        "sender": "school@example.org",
        "security": "none",
    }
    file.write_text(json.dumps(plain))


def test_prints_become_a_zip(desk: Desk) -> None:
    addresses = [issued(desk, name) for name in ("One", "Two")]
    out = desk.folder / "prints.zip"
    result = desk.run("deliver", *addresses, "--as", SLUG, "--zip", out)
    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(out) as archive:
        assert archive.namelist() == ["0001 Maria One.pdf", "0002 Maria Two.pdf", "contents.csv"]
        (body,) = attached(archive.read("0001 Maria One.pdf")).values()
    assert json.loads(body)["id"] == addresses[0]
    assert not list(desk.folder.glob(".*.part"))


def test_links_are_written_into_a_file_that_nobody_else_may_read(desk: Desk) -> None:
    address, out = issued(desk), desk.folder / "links.csv"
    result = desk.run("deliver", address, "--as", SLUG, "--links", out, "--days", "10")
    assert result.exit_code == 0, result.output
    ((paper, link, _until),) = list(csv.reader(io.StringIO(out.read_text("utf-8-sig"))))[1:]
    assert address.endswith(paper)
    assert re.fullmatch(rf"{BASE}/claim/[\w-]{{43}}", link)
    assert link not in result.output
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_links_are_mailed_with_a_result_for_each(desk: Desk) -> None:
    first, second = issued(desk, "One"), issued(desk, "Two")
    sheet = desk.file(
        "addresses.csv",
        f"paper,email\n{first},one@example.org\n{second},two@example.org\n".encode(),
    )
    with opened(PostOffice(unwanted=frozenset({"two@example.org"}))) as office:
        with_mail(desk, office)
        result = desk.run("deliver", "--as", SLUG, "--mail", sheet)
        assert result.exit_code == 1
        rows = list(csv.reader(io.StringIO(result.stdout)))[1:]
        assert [row[1] for row in rows] == ["sent", "not sent"]
        office.unwanted = frozenset()
        again = desk.run("deliver", "--as", SLUG, "--mail", sheet)
        assert again.exit_code == 0, again.output
        states = {row[1] for row in list(csv.reader(io.StringIO(again.stdout)))[1:]}
        assert states == {"sent before", "sent"}
    assert office.to() == ["one@example.org", "two@example.org"]
    assert "example.org" not in result.output
    assert CANARY not in result.output


def test_without_a_mail_server_nothing_is_mailed(desk: Desk) -> None:
    sheet = desk.file("addresses.csv", f"paper,email\n{issued(desk)},a@example.org\n".encode())
    refused(desk.run("deliver", "--as", SLUG, "--mail", sheet), "no_mail")


@pytest.mark.parametrize(
    "words",
    [
        ["--as", SLUG],
        ["--as", SLUG, "--zip", "out.zip"],
        ["0" * 32, "--zip", "out.zip"],
        ["0" * 32, "--as", SLUG, "--links", "o.csv", "--days", "0"],
    ],
)
def test_a_wrong_call_is_told(desk: Desk, words: list[str]) -> None:
    misused(desk.run("deliver", *words))


@pytest.mark.parametrize("way", ["--zip", "--links"])
def test_a_paper_that_is_not_there_is_told(desk: Desk, way: str) -> None:
    refused(desk.run("deliver", "0" * 32, "--as", SLUG, way, "out"), "unknown_document")
    assert not (desk.folder / "out").exists()


def test_a_class_list_that_is_not_there_is_told(desk: Desk) -> None:
    result = desk.run("deliver", "--cohort", "3B", "--as", SLUG, "--zip", "out.zip")
    refused(result, "unknown_cohort")


def test_the_learners_pages_run_beside_the_public_ones_without_a_passphrase(desk: Desk) -> None:
    address, out = issued(desk), desk.folder / "links.csv"
    desk.run("deliver", address, "--as", SLUG, "--links", out)
    path = list(csv.reader(io.StringIO(out.read_text("utf-8-sig"))))[1][1].removeprefix(BASE)
    hidden = {"ECVET_PASSPHRASE", "ECVET_PASSPHRASE_FILE", "DATABASE_URL"}
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    words = [ECVET, "serve", "issuer", "--public", "--claims", "--port", "0", "--home", desk.home]
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            base = running.stdout.readline().rpartition(" ")[2].strip().rstrip("/")
            with urllib.request.urlopen(base + path) as answer:
                assert CANARY in answer.read().decode()
            with urllib.request.urlopen(f"{base}{path}/share", data=b"days=30") as answer:
                assert "/s/" in answer.read().decode()
            with urllib.request.urlopen(f"{base}{path}/paper.pdf") as answer:
                assert attached(answer.read())
        finally:
            running.terminate()
            running.wait(timeout=20)


def test_claims_go_with_the_public_pages(desk: Desk) -> None:
    misused(desk.run("serve", "issuer", "--claims"))
