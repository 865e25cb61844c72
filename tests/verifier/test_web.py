"""The verifier's page and API: what they say, what they refuse, what stays inert."""

from __future__ import annotations

import http.client
import io
import json
import logging
import re
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import werkzeug.formparser
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

import verifier.web
from tests.verifier import answers
from tests.verifier.answers import CERTIFICATE, ISSUER, TRANSCRIPT, Given, changed, verified_paper
from tests.verifier.pages import HOSTILE, Page, draws_elsewhere
from verifier.errors import VerifierError
from verifier.report import Report
from verifier.web.answers import Answer
from verifier.web.app import verifier_app
from verifier.web.plain import clean, line
from verifier.web.serve import ServeLimits, start
from verifier.web.settings import WebSettings
from verifier.web.view import answer_views

SETTINGS = WebSettings(
    operator="Example Employer Ltd",
    lists=("the Nordic list of VET providers",),
    public_address="https://verify.employer.example/",
    max_upload=256 * 1024,
    max_files=3,
)
LINK = "#https://omnia.example/credentials/1~" + "A" * 43


def client(*reports: Any, settings: WebSettings = SETTINGS) -> FlaskClient:
    return verifier_app(settings, Given(*reports)).test_client()


def checked(*reports: Any) -> str:
    answer = client(*reports).post("/check", json={"link": LINK})
    assert answer.status_code == 200
    return answer.text


# What people read


def test_a_verified_transcript_says_everything_that_an_employer_asks() -> None:
    text = Page(checked(answers.report(verified_paper()))).text
    for words in (
        "Verified This personal transcript is genuine: signed by Omnia, the Joint Authority of",
        "If it matters, open the verifier that you know and scan from there.",
        "Omnia, the Joint Authority of Education 127.0.0.1:8801/omnia",
        "on the list of the Nordic list of VET providers",
        "Maria Virtanen Born 4 March 2005",
        "Compare name and birth date with an identity document.",
        "Towards Vocational Qualification in Business",
        "EQF level 4",
        "8 June 2026",
        "Grade 4 on the scale Finnish vocational 1-5",
        "Demonstration in real work",
        "InnoOmnia, Espoo",
        "Aino Laine, Teacher Omnia, the Joint Authority of Education, Finland",
        "Changes the plan on feedback. Partly achieved",
        "Two summers as a shop assistant in Porvoo.",
        "Validated by demonstration, 20 April 2026",
        "30 competence points",
        "These are not ECTS credits.",
        "1 April 2026 to 10 June 2026",
        "Utrecht Vocational College, Netherlands college.example",
        "The signature is genuine",
    ):
        assert words in text
    assert "gives no points" not in text


def test_units_outcomes_and_assessors_stand_in_the_signed_order() -> None:
    text = Page(checked(answers.report(verified_paper()))).text
    for first, second in (
        ("Planning a business", "Working in a company"),
        ("Knowledge Knows the principles", "Skills Develops a business idea"),
        ("Skills Develops a business idea", "Competence Judges the need"),
        ("Aino Laine, Teacher", "Juhani Korhonen, Entrepreneur"),
    ):
        assert 0 <= text.index(first) < text.index(second)


def test_a_certificate_shows_its_event_days_and_teachers_and_gives_no_points() -> None:
    text = Page(checked(answers.report(verified_paper(CERTIFICATE), points="points_none"))).text
    for words in (
        "staff expert certificate",
        "Awarded European Innovator in VET",
        "Teach for one day and learn on the others.",
        "Innovation for Jobs: Joint Staff Training Event",
        "4 May 2026 to 10 May 2026 Utrecht, Netherlands",
        "Taught Inclusive classrooms 5 May 2026",
        "Learnt Design thinking 4 May 2026",
        "Stakeholder chamber.example",
        "Taught by Aino Laine, 4 May 2026",
        "Employer Utrecht Vocational College",
        "Compare the name with an identity document.",
        "This system gives no points.",
    ):
        assert words in text
    assert "ECTS" not in text
    assert "birth date" not in text.partition("What was checked")[0]


VERDICTS: dict[str, tuple[Callable[[], Any], str, Sequence[str], Sequence[str]]] = {
    "verified": (
        lambda: answers.report(verified_paper()),
        "verified",
        ["Verified This personal transcript is genuine", "in order in every check"],
        ["remark", "Do not rely", "What to know"],
    ),
    "remarks": (
        answers.remarked,
        "verified_with_remarks",
        ["Verified, with remarks", "is genuine", answers.REMARK_TITLE, "What you can do"],
        ["Do not rely"],
    ),
    "unrecognised issuer is never called genuine": (
        lambda: answers.report(verified_paper(), issuer="issuer_unrecognised"),
        "verified_with_remarks",
        [
            "nobody known here vouches for the one who signed it",
            "The issuer is unrecognised",
            "not on the list of Example Employer Ltd",
            "What you can do",
            "Whom to ask",
        ],
        ["transcript is genuine"],
    ),
    "unconfirmed with a good signature": (
        lambda: answers.report(verified_paper(), status=answers.STATUS_OPEN),
        "unconfirmed",
        ["Could not be confirmed", "The signature on this personal transcript is good", "Maria"],
        ["is genuine:"],
    ),
    "unconfirmed without a signature": (
        lambda: answers.stopped(issuer="issuer_unreachable"),
        "unconfirmed",
        ["That does not say that it is false.", "The issuer could not be reached"],
        ["Maria", "Omnia, the Joint"],
    ),
    "expired": (
        lambda: answers.report(verified_paper(), validity="expired", facts={"end": "1 July 2026"}),
        "not_verified",
        ["Do not rely on this personal transcript.", "It was in force until 1 July 2026.", "Maria"],
        ["is genuine:"],
    ),
    "signature fails": (
        lambda: answers.stopped(signature="signature_invalid"),
        "not_verified",
        ["Do not rely on this document.", "The signature does not fit", "Ask for the original"],
        ["Maria", "Issued by", "What was achieved", "Mend what is said above"],
    ),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_each_verdict_is_said_in_words(name: str) -> None:
    make, verdict, said, unsaid = VERDICTS[name]
    page = checked(make())
    assert f'data-verdict="{verdict}"' in page
    text = Page(page).text
    for words in said:
        assert words in text
    for words in unsaid:
        assert words not in text


def test_only_sealed_content_can_be_shown() -> None:
    unsealed: Any = verified_paper().paper
    with pytest.raises(TypeError, match="VerifiedPaper"):
        answer_views([Answer("x", answers.report(unsealed))])


def test_every_page_says_who_runs_it_and_whose_lists_it_uses() -> None:
    visitor = client()
    for path in ("/", "/about", "/nowhere"):
        text = Page(visitor.get(path).text).text
        assert "run by Example Employer Ltd" in text
        assert "the Nordic list of VET providers" in text
        assert "Nothing that is checked here is stored or logged." in text
    bare = client(settings=WebSettings(operator="Nobody")).get("/").text
    assert "It uses no list of recognised institutions" in Page(bare).text


def test_a_demonstration_says_so_on_every_page() -> None:
    demo = client(settings=WebSettings(operator="Demo", demo=True))
    assert all("Demonstration." in demo.get(path).text for path in ("/", "/about"))
    assert "Demonstration." not in client().get("/").text


def test_files_and_text_given_together_are_answered_in_their_order() -> None:
    given_to = Given(
        answers.report(verified_paper()), answers.stopped(signature="signature_invalid")
    )
    visitor = verifier_app(SETTINGS, given_to).test_client()
    page = visitor.post(
        "/", data={"file": (io.BytesIO(b"{}"), "maria.json"), "text": "https://x.example/1"}
    )
    assert page.status_code == 200
    assert given_to.asked == [("maria.json", b"{}"), ("pasted text", b"https://x.example/1")]
    text = Page(page.text).text
    assert "2 documents" in text
    assert text.index("maria.json") < text.index("pasted text")


@pytest.mark.parametrize("name", VERDICTS)
def test_headings_are_in_order_and_identities_are_unique(name: str) -> None:
    report = VERDICTS[name][0]()
    page = client(report, report).post(
        "/", data={"file": [(io.BytesIO(b"{}"), "a.json"), (io.BytesIO(b"{}"), "b.json")]}
    )
    read_page = Page(page.text)
    assert len(set(read_page.ids)) == len(read_page.ids)
    assert read_page.headings.count(1) == 1
    steps = zip(read_page.headings, read_page.headings[1:], strict=False)
    assert all(below <= above + 1 for above, below in steps)
    for target in re.findall(r'href="#([^"]+)"', page.text):
        assert target in read_page.ids


def test_signed_words_are_marked_with_their_language() -> None:
    finnish = changed(TRANSCRIPT, lambda draft: draft.update(contentLanguage="fi"))
    assert '<bdi lang="fi">Planning a business</bdi>' in checked(
        answers.report(verified_paper(finnish))
    )


# What stays inert

FREE_TEXT = frozenset(
    {
        "areaOfCompetence",
        "assessorRole",
        "description",
        "firstNames",
        "grade",
        "gradeScale",
        "legalName",
        "method",
        "mobilityCode",
        "name",
        "narrative",
        "nationalLevel",
        "note",
        "place",
        "programme",
        "projectCode",
        "qualificationCode",
        "region",
        "statement",
        "surnames",
        "title",
        "unitCode",
        "unitVersion",
    }
)


def _filled(value: Any, words: str) -> Any:
    """The same draft with the words in every free text."""
    if isinstance(value, dict):
        return {
            key: words if key in FREE_TEXT and isinstance(item, str) else _filled(item, words)
            for key, item in value.items()
        }
    return [_filled(item, words) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("draft", [TRANSCRIPT, CERTIFICATE], ids=["transcript", "certificate"])
def test_hostile_words_in_every_field_change_nothing_but_words(
    draft: dict[str, Any], words: str
) -> None:
    facts = dict.fromkeys(answers.FACTS, words)
    hostile = answers.report(
        verified_paper(_filled(draft, words), _filled(ISSUER, words)),
        issuer="issuer_unrecognised",
        facts=facts,
    )
    harmless = answers.report(
        verified_paper(_filled(draft, "x"), _filled(ISSUER, "x")), issuer="issuer_unrecognised"
    )
    page = checked(hostile)
    assert Page(page).elements == Page(checked(harmless)).elements
    assert not any(draws_elsewhere(character) for character in page)
    assert "49" not in Page(page).text
    assert not re.search(r"\w[\u0300-\u036f]{5}", page)


def test_names_of_a_megabyte_are_cut() -> None:
    megabyte = "N" * 1024 * 1024
    report = answers.report(
        verified_paper(), issuer="issuer_unrecognised", facts={"issuer": megabyte}
    )
    page = (
        verifier_app(WebSettings(operator="X"), Given(report))
        .test_client()
        .post("/", data={"file": (io.BytesIO(b"{}"), f"{megabyte}.json")})
    )
    assert page.status_code == 200
    assert len(page.data) < 64 * 1024
    assert "…" in page.text


@given(st.text(max_size=200), st.integers(min_value=1, max_value=50))
@settings(max_examples=300, deadline=None)
def test_cleaned_text_draws_only_itself(text: str, longest: int) -> None:
    shown = clean(text, longest=longest)
    assert len(shown) <= longest
    assert not any(draws_elsewhere(character) for character in shown)
    assert "\n" not in line(text)
    shown.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  Aino\u00a0Laine ", "Aino Laine"),
        ("one\r\ntwo\u2028three", "one\ntwo\nthree"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Ngữ Nguyễn", "Ngữ Nguyễn"),
        ("a\u202eb", "ab"),
        ("\ud800x", "x"),
    ],
    ids=["spaces", "breaks", "joiner", "vietnamese", "override", "surrogate"],
)
def test_cleaning_keeps_what_scripts_need(text: str, shown: str) -> None:
    assert clean(text) == shown


# What every answer carries

ANSWERS: dict[str, Callable[[FlaskClient], Any]] = {
    "page": lambda c: c.get("/"),
    "about": lambda c: c.get("/about"),
    "form": lambda c: c.post("/", data={"text": "x"}),
    "check": lambda c: c.post("/check", json={"link": LINK}),
    "api": lambda c: c.post("/api/verify", data=b"{}", content_type="application/vc"),
    "health": lambda c: c.get("/healthz"),
    "not found": lambda c: c.get("/nowhere"),
    "style not found": lambda c: c.get("/static/nowhere.css"),
    "refused": lambda c: c.post("/api/verify", data=b"x", content_type="application/pdf"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_is_private_and_runs_nothing_of_others(name: str) -> None:
    headers = ANSWERS[name](client(answers.report(verified_paper()))).headers
    policy = headers["Content-Security-Policy"]
    for rule in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ):
        assert rule in policy.split("; ")
    assert "unsafe" not in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "noindex" in headers["X-Robots-Tag"]
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Set-Cookie" not in headers


def test_no_page_carries_script_or_style_of_its_own_or_of_others() -> None:
    visitor = client(answers.report(verified_paper()))
    for page in (visitor.get("/"), visitor.get("/about"), visitor.post("/", data={"text": "x"})):
        for tag, names in Page(page.text).elements:
            assert tag not in {"style", "iframe", "object", "embed", "base"}
            assert tag != "script" or "src" in names
            assert not any(name.startswith("on") or name == "style" for name in names)
        addresses = re.findall(r'(?:src|href|action)="([^"]+)"', page.text)
        assert all(address.startswith(("/", "#")) for address in addresses)


# What programs get


def plain(report: Report) -> Any:
    """The report as it looks after a journey as JSON."""
    return json.loads(json.dumps(report.to_json()))


def test_the_api_answers_with_the_report_whatever_the_verdict() -> None:
    for report in (answers.report(verified_paper()), answers.stopped(signature="unsigned")):
        answer = client(report).post("/api/verify", data=b"{}", content_type="application/vc")
        assert answer.status_code == 200
        assert answer.mimetype == "application/json"
        assert answer.json == plain(report)
        assert list(answer.json) == list(report.to_json())


def test_the_api_answers_several_files_in_their_order() -> None:
    reports = (answers.report(verified_paper()), answers.stopped(signature="unsigned"))
    files = [(io.BytesIO(b"1"), "a.json"), (io.BytesIO(b"2"), "b.json")]
    given_to = Given(*reports)
    answer = (
        verifier_app(SETTINGS, given_to).test_client().post("/api/verify", data={"file": files})
    )
    assert answer.json == [plain(report) for report in reports]
    assert given_to.asked == [("a.json", b"1"), ("b.json", b"2")]


def test_the_api_answers_one_file_with_one_report() -> None:
    report = answers.report(verified_paper())
    answer = client(report).post("/api/verify", data={"file": (io.BytesIO(b"1"), "a.json")})
    assert answer.json == plain(report)


JSON = "application/json"
REFUSED: dict[str, tuple[str, dict[str, Any], int]] = {
    "api: no body": ("/api/verify", {"data": b"", "content_type": JSON}, 400),
    "api: other type": ("/api/verify", {"data": b"x", "content_type": "application/pdf"}, 415),
    "api: no type": ("/api/verify", {"data": b"x"}, 415),
    "api: form field": (
        "/api/verify",
        {"data": {"file": (io.BytesIO(b"1"), "a"), "trust": "me"}},
        400,
    ),
    "api: other file field": ("/api/verify", {"data": {"doc": (io.BytesIO(b"1"), "a")}}, 400),
    "api: form without file": (
        "/api/verify",
        {"data": b"--b--\r\n", "content_type": "multipart/form-data; boundary=b"},
        400,
    ),
    "api: no boundary": (
        "/api/verify",
        {"data": b"x", "content_type": "multipart/form-data"},
        400,
    ),
    "api: too large": ("/api/verify", {"data": b"x" * 400_000, "content_type": JSON}, 413),
    "api: too many files": (
        "/api/verify",
        {"data": {"file": [(io.BytesIO(b"1"), f"{n}.json") for n in range(4)]}},
        413,
    ),
    "page: unknown field": ("/", {"data": {"text": "x", "admin": "1"}}, 400),
    "page: a field twice": ("/", {"data": {"text": ["x", "y"]}}, 400),
    "page: nothing": ("/", {"data": {"text": "  "}}, 400),
    "page: json": ("/", {"json": {"text": "x"}}, 415),
    "page: too large": ("/", {"data": {"text": "x" * 400_000}}, 413),
    "check: not json": ("/check", {"data": b"{", "content_type": JSON}, 400),
    "check: other key": ("/check", {"json": {"link": LINK, "trust": "me"}}, 400),
    "check: no text": ("/check", {"json": {"link": 7}}, 400),
    "check: list": ("/check", {"json": [LINK]}, 400),
    "check: form": ("/check", {"data": {"link": LINK}}, 415),
    "check: long": ("/check", {"json": {"link": "x" * 20_000}}, 413),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_malformed_is_refused_clearly(name: str) -> None:
    path, sent, status = REFUSED[name]
    given_to = Given(answers.report(verified_paper()))
    # The test client closes the files that it sends, so each case builds its own.
    answer = verifier_app(SETTINGS, given_to).test_client().post(path, **_fresh(sent))
    assert answer.status_code == status
    assert given_to.asked == []
    assert given_to.links == []
    if path.startswith("/api/"):
        assert answer.mimetype == "application/problem+json"
        assert answer.json is not None
        assert answer.json["status"] == status
        assert answer.json["detail"]
    else:
        assert answer.mimetype == "text/html"
    assert "Traceback" not in answer.text


def _fresh(sent: dict[str, Any]) -> dict[str, Any]:
    def again(value: Any) -> Any:
        if isinstance(value, io.BytesIO):
            return io.BytesIO(value.getvalue())
        if isinstance(value, dict):
            return {key: again(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(again(item) for item in value)
        return value

    fresh: dict[str, Any] = again(sent)
    return fresh


@pytest.mark.parametrize("path", ["/check", "/api/verify"])
def test_reading_an_address_that_is_for_asking_is_refused_with_what_it_takes(path: str) -> None:
    answer = client().get(path)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_the_link_reaches_the_verifier_as_it_was_scanned() -> None:
    given_to = Given(answers.report(verified_paper()))
    verifier_app(SETTINGS, given_to).test_client().post("/check", json={"link": LINK})
    assert given_to.links == [LINK]


class Broken:
    """A verifier with a fault in it, whose words hold a name."""

    def of_bytes(self, items: Sequence[tuple[str, bytes]]) -> list[Answer]:
        raise RuntimeError("Maria Virtanen")

    def of_link(self, text: str) -> Answer:
        raise RuntimeError("Maria Virtanen")


def test_a_fault_of_ours_tells_nobody_what_was_checked(caplog: pytest.LogCaptureFixture) -> None:
    visitor = verifier_app(SETTINGS, Broken()).test_client()
    with caplog.at_level(logging.DEBUG):
        page = visitor.post("/", data={"text": "x"})
        problem = visitor.post("/api/verify", data=b"{}", content_type=JSON)
    assert page.status_code == problem.status_code == 500
    assert problem.mimetype == "application/problem+json"
    assert "It says nothing about the document." in page.text
    told = page.text + problem.text + caplog.text
    assert "RuntimeError" in caplog.text
    assert "Maria" not in told
    assert "RuntimeError" not in page.text + problem.text


def test_uploads_never_touch_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **more: Any) -> Any:
        raise AssertionError("a temporary file was asked for")

    monkeypatch.setattr(werkzeug.formparser, "SpooledTemporaryFile", refuse)
    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    body = io.BytesIO(b"x" * 1_000_000)
    given_to = Given(answers.report(verified_paper()))
    page = (
        verifier_app(WebSettings(operator="X"), given_to)
        .test_client()
        .post("/", data={"file": (body, "a.json")})
    )
    assert page.status_code == 200
    assert len(given_to.asked[0][1]) == 1_000_000


def test_health_says_which_software_runs() -> None:
    answer = client().get("/healthz")
    assert answer.json is not None
    assert answer.json["status"] == "ok"
    assert answer.json["verifier"].startswith("ecvet-credentials/")


# What can be read by everybody

STYLES = (Path(verifier.web.__file__).parent / "static" / "verifier.css").read_text("utf-8")
PAIRS = [
    *(("text", ground) for ground in ("ground", "panel", "sunk")),
    *(("soft", ground) for ground in ("ground", "panel", "sunk")),
    *(("link", ground) for ground in ("ground", "panel", "sunk")),
    *((tone, ground) for tone in ("good", "remark", "open", "bad") for ground in ("panel", "sunk")),
    *(("text", f"{tone}-ground") for tone in ("good", "remark", "open", "bad")),
    *(("soft", f"{tone}-ground") for tone in ("good", "remark", "open", "bad")),
    *((tone, f"{tone}-ground") for tone in ("good", "remark", "open", "bad")),
    *(("on-sign", tone) for tone in ("good", "remark", "open", "bad", "soft")),
    ("on-brand", "brand"),
    ("panel", "link"),
]


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids="-on-".join)
def test_contrast_is_enough_in_light_and_dark(pair: tuple[str, str], scheme: int) -> None:
    block = re.findall(r":root \{(.*?)\}", STYLES, re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    darker, lighter = sorted(_luminance(colours[name]) for name in pair)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


# The server


def test_the_server_takes_a_free_port_and_tells_no_version() -> None:
    with start(verifier_app(SETTINGS, Given()), "127.0.0.1", 0) as running:
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        assert json.load(answer)["status"] == "ok"
        banner = answer.headers["Server"]
        connection.close()
        assert not re.search(r"\d|heroot|erkzeug|ython", banner)
    running.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", running.port), timeout=5)


def test_a_port_in_use_is_said_in_a_sentence() -> None:
    app = verifier_app(SETTINGS, Given())
    with start(app, "127.0.0.1", 0) as running, pytest.raises(VerifierError) as caught:
        start(app, "127.0.0.1", running.port)
    assert caught.value.code == "address_taken"
    assert str(running.port) in str(caught.value)


def test_the_server_bounds_bodies() -> None:
    limits = ServeLimits(body_bytes=1024 * 1024)
    with start(verifier_app(SETTINGS, Given()), "127.0.0.1", 0, limits=limits) as running:
        answer = _raw(
            running.port,
            b"POST /api/verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 4194304\r\n\r\n",
        )
    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("path", [b"/api/verify", b"/check", b"/nowhere"])
def test_nothing_of_a_body_without_a_length_is_taken_for_a_request(path: bytes) -> None:
    given_to = Given(answers.report(verified_paper()))
    hidden = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with start(verifier_app(SETTINGS, given_to), "127.0.0.1", 0) as running:
        answer = _raw(
            running.port,
            b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
            b"5\r\nhello\r\n%x\r\n%b\r\n0\r\n\r\n" % (path, len(hidden), hidden),
        )
    assert answer.startswith(b"HTTP/1.1 411 ")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"Connection: close" in answer
    assert given_to.asked == []


def _raw(port: int, request: bytes) -> bytes:
    """Everything that the server sends back on one connection until it closes it."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        received = b""
        try:
            while more := connection.recv(65536):
                received += more
        except ConnectionResetError:
            pass  # closed with some of the request unread
    return received


def test_the_server_bounds_headers() -> None:
    with start(verifier_app(SETTINGS, Given()), "127.0.0.1", 0) as running:
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
        connection.request("GET", "/", headers={"X-Long": "x" * 60_000})
        assert connection.getresponse().status in {413, 431}
        connection.close()
