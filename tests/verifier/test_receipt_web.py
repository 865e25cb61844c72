"""Receipts from the page, for programs and by the command; without state, within limits."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from contexts.digests import multihash
from issuer.cli import main
from tests.chain_papers import Builder, Chain
from tests.openapi_checks import routed, run_schemathesis
from tests.verifier.pages import Page
from tests.verifier.receipts import OPERATOR, PASSPHRASE, PUBLIC, SINCE, desk, elsewhere, receipting
from tests.verifier.tables.case import put
from verifier.languages import LANGUAGES
from verifier.pdf import PdfLimits, read_pdf
from verifier.service import Verifier
from verifier.trust import Operator, PinnedInstitution, add_anchor, write_copies
from verifier.web.app import verifier_app
from verifier.web.receipt_openapi import receipt_paths
from verifier.web.receipts import JSON
from verifier.web.serve import start
from verifier.web.settings import WebSettings

SETTINGS = WebSettings(operator=OPERATOR, max_upload=256 * 1024, max_files=3, max_receipt=64 * 1024)
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def chain() -> Chain:
    return Builder().build()


@pytest.fixture(scope="module")
def verifier(chain: Chain, tmp_path_factory: pytest.TempPathFactory) -> Verifier:
    return receipting(chain, desk(tmp_path_factory.mktemp("receipts")))


@pytest.fixture
def visitor(verifier: Verifier) -> FlaskClient:
    return verifier_app(SETTINGS, verifier, receipting=verifier).test_client()


def given(visitor: FlaskClient, *bodies: bytes) -> str:
    files = [(io.BytesIO(body), f"{number}.json") for number, body in enumerate(bodies)]
    answer = visitor.post("/", data={"file": files})
    assert answer.status_code == 200
    return answer.text


def form_of(page: str) -> dict[str, Any]:
    """The hidden fields of the page's form for receipts."""
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    assert {name for name, _ in fields} <= {"document"}
    return {"document": [value for _, value in fields]}


def carried(*bodies: bytes) -> list[str]:
    return ["data:;base64," + base64.b64encode(body).decode() for body in bodies]


# The page


def test_an_answer_offers_a_receipt_and_the_form_brings_it(
    visitor: FlaskClient, chain: Chain
) -> None:
    page = given(visitor, chain.body("transcript"))
    assert "Receipt for your file (PDF)" in Page(page).text
    form = form_of(page)
    assert form == {"document": carried(chain.body("transcript"))}
    for name, kind in (("pdf", "application/pdf"), ("json", "application/vc")):
        answer = visitor.post("/receipt", data={**form, name: "document-1"})
        assert answer.status_code == 200
        assert answer.content_type == kind
        assert answer.headers["Cache-Control"] == "no-store"
        assert re.fullmatch(
            rf'attachment; filename="receipt-[0-9a-f-]{{36}}\.{name}"',
            answer.headers["Content-Disposition"],
        )
    said = json.loads(answer.data)["credentialSubject"]
    assert said["checkedDocument"]["documentKind"] == "PersonalTranscript"


def test_papers_given_together_are_checked_together(visitor: FlaskClient, chain: Chain) -> None:
    names = ("memorandum", "transcript", "agreement")
    form = form_of(given(visitor, *map(chain.body, names)))
    assert len(form["document"]) == 3
    answer = visitor.post("/receipt", data={**form, "json": "document-2"})
    said = json.loads(answer.data)["credentialSubject"]
    assert said["checkedDocument"]["documentKind"] == "PersonalTranscript"
    assert {"checkName": "agreement", "findingCode": "achieved_as_agreed"}.items() <= next(
        one for one in said["checkEnding"] if one["checkName"] == "agreement"
    ).items()


def test_a_failed_answer_has_a_receipt_too(visitor: FlaskClient, chain: Chain) -> None:
    form = form_of(given(visitor, chain.body("transcript").replace(b"Maria", b"Marta")))
    answer = visitor.post("/receipt", data={**form, "json": "document-1"})
    assert json.loads(answer.data)["credentialSubject"]["verdict"] == "not_verified"


def test_an_answer_among_others_that_held_no_document_has_none(
    visitor: FlaskClient, chain: Chain
) -> None:
    page = given(visitor, b"hello", chain.body("transcript"))
    assert page.count('name="pdf"') == 1
    form = form_of(page)
    assert form["document"] == carried(chain.body("transcript"))
    assert 'name="document"' not in given(visitor, b"hello")


def test_a_verifier_without_receipts_offers_none(chain: Chain, verifier: Verifier) -> None:
    plain = verifier_app(SETTINGS, verifier).test_client()
    page = given(plain, chain.body("transcript"))
    assert "Receipt for your file" not in page
    assert 'name="document"' not in page
    for address in ("/receipt", "/api/receipt"):
        assert plain.post(address).status_code == 404
    assert plain.get("/.well-known/did.json").status_code == 404


def test_what_is_too_large_for_a_form_is_said(visitor: FlaskClient, chain: Chain) -> None:
    large = chain.body("transcript") + b" " * SETTINGS.max_receipt
    page = given(visitor, large)
    assert "too large for a receipt from this page" in page
    assert 'name="document"' not in page


def test_the_pdf_leads_to_an_answer_that_shows_the_receipt(
    visitor: FlaskClient, chain: Chain
) -> None:
    form = form_of(given(visitor, chain.body("transcript")))
    pdf = visitor.post("/receipt", data={**form, "pdf": "document-1"}).data
    text = Page(given(visitor, pdf)).text
    assert "This verification receipt is genuine: signed by " + OPERATOR in text
    assert "It says of the document that was checked: Verified." in text
    assert "Words to compare with a print" not in text
    assert "What the receipt says Verified" in text
    assert "Kind of document Personal transcript" in text
    assert "Issued by omnia.example" in text
    assert "Signature: In order The signature is genuine signature_valid" in text
    assert "Business learners between Espoo and Utrecht Signed memorandum" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_address_says_the_language(visitor: FlaskClient, chain: Chain, language: str) -> None:
    form = {"document": carried(chain.body("transcript")), "pdf": "document-1"}
    pdf = visitor.post(f"/{language}/receipt", data=form).data
    assert re.search(rb"/Lang ?\(" + language.encode(), pdf)


def form(**fields: Any) -> Callable[[Chain], dict[str, Any]]:
    def made(chain: Chain) -> dict[str, Any]:
        whole = {"document": carried(chain.body("transcript")), "json": "document-1"}
        return {name: value for name, value in {**whole, **fields}.items() if value is not None}

    return made


REFUSED: dict[str, tuple[Callable[[Chain], dict[str, Any]], int]] = {
    "no document": (form(document=None), 400),
    "no format": (form(json=None), 400),
    "both formats": (form(pdf="document-1"), 400),
    "a format twice": (form(json=["document-1", "document-1"]), 400),
    "an unknown field": (form(verdict="verified"), 400),
    "not carried as here": (form(document=["e30="]), 400),
    "not base64": (form(document=["data:;base64,{}"]), 400),
    "half of base64": (form(document=["data:;base64,abcde"]), 400),
    "base64url": (form(document=["data:;base64,-_-_"]), 400),
    "a letter of another script": (form(document=["data:;base64,аbcd"]), 400),
    "document 0": (form(json="document-0"), 400),
    "document 01": (form(json="document-01"), 400),
    "document 2 of 1": (form(json="document-2"), 404),
    "no place": (form(json=""), 400),
    "another digit": (form(json="document-١"), 400),
    "too many documents": (form(document=carried(b"{}") * 4), 413),
    "too many bytes": (form(document=carried(b" " * (SETTINGS.max_receipt + 1))), 413),
    "more than any form": (form(document=["A" * 2 * SETTINGS.max_upload]), 413),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_form_that_is_not_ours_is_refused(visitor: FlaskClient, chain: Chain, name: str) -> None:
    fields, status = REFUSED[name]
    answer = visitor.post("/receipt", data=fields(chain), content_type=FORM)
    assert answer.status_code == status
    assert answer.content_type == "text/html; charset=utf-8"


@pytest.mark.parametrize("kind", ["multipart/form-data", "application/json", "text/plain"])
def test_a_form_of_another_type_is_refused(visitor: FlaskClient, kind: str) -> None:
    assert visitor.post("/receipt", data="{}", content_type=kind).status_code == 415


# For programs


def test_programs_choose_by_accept(visitor: FlaskClient, chain: Chain) -> None:
    body = chain.body("transcript")
    answer = visitor.post("/api/receipt", data=body, content_type="application/vc")
    assert answer.content_type == "application/vc"
    wanted = {"Accept": "application/pdf", "Accept-Language": "de-AT, en;q=0.5"}
    answer = visitor.post("/api/receipt", data=body, content_type="application/vc", headers=wanted)
    assert answer.content_type == "application/pdf"
    (attached,) = read_pdf(answer.data, limits=PdfLimits()).attached
    assert json.loads(attached.body)["type"][-1] == "VerificationReceipt"
    answer = visitor.post(
        "/api/receipt", data=body, content_type="application/vc", headers={"Accept": "image/png"}
    )
    assert (answer.status_code, answer.json["code"]) == (406, "not_acceptable")


def test_programs_give_papers_together(visitor: FlaskClient, chain: Chain) -> None:
    names = ("transcript", "memorandum", "agreement")
    files = [(io.BytesIO(chain.body(name)), f"{name}.json") for name in names]
    answer = visitor.post("/api/receipt", data={"file": files})
    endings = answer.get_json(force=True)["credentialSubject"]["checkEnding"]
    assert "achieved_as_agreed" in {one["findingCode"] for one in endings}


def test_what_holds_no_document_is_known_by_its_bytes(visitor: FlaskClient) -> None:
    answer = visitor.post("/api/receipt", data=b"hello", content_type="text/plain")
    said = answer.get_json(force=True)["credentialSubject"]
    assert said["verdict"] == "not_verified"
    assert said["checkedDocument"]["bytesDigest"] == multihash(b"hello")


@pytest.mark.parametrize("person", [False, True], ids=["a list's title", "a person's name"])
def test_what_no_font_here_can_draw_is_said_and_the_json_given(
    tmp_path: Path, person: bool
) -> None:
    named = put({"firstNames": "\u738b\u5c0f\u660e"})
    chain = Builder(change={"transcript": named} if person else None).build()
    verifier = receipting(chain, desk(tmp_path, shows_person=person))
    if not person:
        operator = Operator(name="\u6559\u80b2\u90e8")
        pinned = PinnedInstitution(id="did:web:a.example", name="A", added_on="2026-01-01")
        trust = replace(verifier.trust, operator=operator, pinned={pinned.id: pinned})
        verifier = replace(verifier, trust=trust)
    visitor = verifier_app(SETTINGS, verifier, receipting=verifier).test_client()
    sent = {"data": chain.body("transcript"), "content_type": "application/vc"}
    refused = visitor.post("/api/receipt", headers={"Accept": "application/pdf"}, **sent)
    assert (refused.status_code, refused.json["code"]) == (422, "not_printable")
    assert "JSON" in refused.json["detail"]
    for word in ("\u738b", "\u6559"):
        assert word not in refused.text, "a name may be a person's"
    assert visitor.post("/api/receipt", headers={"Accept": JSON}, **sent).status_code == 200
    form = {"document": carried(chain.body("transcript"))}
    page = visitor.post("/receipt", data={**form, "pdf": "document-1"})
    assert (page.status_code, page.mimetype) == (422, "text/html")
    assert "ask for the receipt as JSON" in page.text
    assert visitor.post("/receipt", data={**form, "json": "document-1"}).status_code == 200


def test_an_unknown_language_is_refused(visitor: FlaskClient) -> None:
    answer = visitor.post("/api/receipt?language=sv", data=b"{}", content_type="text/plain")
    assert (answer.status_code, answer.json["code"]) == (400, "bad_request")


def test_the_key_is_published_where_the_receipt_says(
    visitor: FlaskClient, verifier: Verifier, chain: Chain
) -> None:
    answer = visitor.get("/.well-known/did.json")
    assert answer.content_type == "application/did+json"
    assert answer.json["id"] == "did:web:verify.example"
    assert answer.json["assertionMethod"]


def test_a_verifier_without_a_public_address_publishes_nothing(
    chain: Chain, tmp_path: Path
) -> None:
    alone = receipting(chain, desk(tmp_path, public=None))
    visitor = verifier_app(SETTINGS, alone, receipting=alone).test_client()
    assert visitor.get("/.well-known/did.json").status_code == 404
    documented_paths = visitor.get("/openapi.json").json["paths"]
    assert "/receipt" in documented_paths
    assert "/.well-known/did.json" not in documented_paths


def test_the_routes_are_documented(verifier: Verifier) -> None:
    app = verifier_app(SETTINGS, verifier, receipting=verifier)
    more = set(routed(app)) - set(routed(verifier_app(SETTINGS, verifier)))
    paths = receipt_paths(SETTINGS, published=True)
    assert more == {(path, "post") for path in paths} - {("/.well-known/did.json", "post")} | {
        ("/.well-known/did.json", "get")
    }
    served = app.test_client().get("/openapi.json").json
    assert {path: served["paths"][path] for path in paths} == json.loads(json.dumps(paths))


def test_every_answer_is_as_the_document_says(verifier: Verifier, tmp_path: Path) -> None:
    app = verifier_app(SETTINGS, verifier, receipting=verifier)
    with start(app, "127.0.0.1", 0) as running:
        run_schemathesis(f"http://127.0.0.1:{running.port}", tmp_path)


# The command


def run(*words: str | Path) -> Result:
    environment = {"ECVET_PASSPHRASE": PASSPHRASE}
    result = CliRunner().invoke(main, [str(word) for word in words], env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


@pytest.fixture
def folder(chain: Chain, tmp_path: Path) -> Path:
    """A folder with a transcript, a trust folder, and receipts."""
    (tmp_path / "transcript.json").write_bytes(chain.body("transcript"))
    add_anchor(tmp_path / "trust", chain.body("memorandum"))
    network = [(url, body) for url, body in chain.world.network.items() if isinstance(body, bytes)]
    write_copies(tmp_path / "trust", network, at=SINCE, ttl=100 * 365 * 24 * 3600)
    made = run("receipts", "create", tmp_path / "receipts", "--name", OPERATOR)
    assert made.exit_code == 0, made.output + made.stderr
    assert "did:key:z6Mk" in made.output
    return tmp_path


def test_the_command_writes_receipts_and_knows_its_own(folder: Path) -> None:
    for name in ("out.pdf", "out.json"):
        words = ("verify", "--offline", "--trust", folder / "trust", folder / "transcript.json")
        made = run(*words, "--receipts", folder / "receipts", "--receipt", folder / name)
        assert made.exit_code == 0, made.output + made.stderr
        known = run("verify", "--offline", folder / name, "--receipts", folder / "receipts")
        assert known.exit_code == 0
        assert "[issuer_is_this_verifier]" in known.output
        assert f"by {OPERATOR}: Verified" in known.output
        assert "Personal transcript, issued by did:web:omnia.example" in known.output
        stranger = run("verify", "--offline", folder / name)
        assert "[issuer_key_only]" in stranger.output


@pytest.mark.parametrize(
    "words",
    [
        ("--receipt", "out.pdf"),
        ("--receipts", "receipts", "--receipt", "out.txt"),
        ("--receipts", "nowhere", "--receipt", "out.pdf"),
    ],
)
def test_a_receipt_wants_a_key_and_a_name(
    folder: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    assert run("verify", "--offline", "transcript.json", *words).exit_code == 64
    assert not list(folder.glob("out.*"))


def test_keys_are_shown_replaced_and_revoked(folder: Path, tmp_path: Path) -> None:
    public = tmp_path / "public"
    made = run("receipts", "create", public, "--name", OPERATOR, "--public-url", f"{PUBLIC}/")
    assert made.output.endswith("did:web:verify.example\n")
    document = json.loads(run("receipts", "show", public, "--did-document").output)
    assert document["id"] == "did:web:verify.example"
    assert "no_public_url" in run("receipts", "show", folder / "receipts", "--did-document").stderr
    assert run("receipts", "rotate", public).exit_code == 0
    shown = run("receipts", "show", public).output
    assert "states    address: no, person: no" in shown
    retired = re.search(r"^retired   (\S+)", shown, re.MULTILINE)
    active = re.search(r"^active    (\S+)", shown, re.MULTILINE)
    assert retired
    assert active
    assert run("receipts", "revoke", public, retired[1], "--since", "2026-01-02").exit_code == 0
    assert run("receipts", "revoke", public, "zNone").exit_code == 1
    assert run("receipts", "revoke", public, active[1], "--since", "soon").exit_code == 64
    assert f"revoked   {retired[1]}" in run("receipts", "show", public).output


def test_another_verifier_finds_the_key_at_the_address(chain: Chain, verifier: Verifier) -> None:
    assert verifier.receipts is not None
    (answer,) = verifier.of_documents([chain.body("transcript")])
    report = elsewhere(chain, verifier.receipts).of_document(verifier.receipt_for(answer))
    assert report.check("signature").code == "signature_valid"
