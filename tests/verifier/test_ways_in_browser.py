"""Each way in, in a browser: chosen, dropped, pasted, typed; many at once; without scripts."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import launched, opened
from tests.chain_papers import Builder, Chain
from tests.verifier import ways
from verifier.web.settings import WebSettings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as started:
        yield started


@pytest.fixture(scope="module")
def chain() -> Chain:
    return Builder().build()


@pytest.fixture(scope="module")
def home(chain: Chain) -> Iterator[str]:
    with ways.served(chain) as (address, _):
        yield address


def hand_over(page: Page, event: str, files: dict[str, bytes], text: str = "") -> None:
    """Let the page see a drop or a paste of files or text, as the browser makes it."""
    page.evaluate(
        """([event, files, text]) => {
            const data = new DataTransfer();
            for (const [name, body] of files) {
                const bytes = Uint8Array.from(atob(body), (c) => c.charCodeAt(0));
                data.items.add(new File([bytes], name));
            }
            if (text) data.setData("text/plain", text);
            const how = { bubbles: true, cancelable: true };
            if (event === "paste") {
                const paste = new ClipboardEvent("paste", { clipboardData: data, ...how });
                document.body.dispatchEvent(paste);
                return;
            }
            for (const one of ["dragenter", "dragover", "drop"])
                document.body.dispatchEvent(new DragEvent(one, { dataTransfer: data, ...how }));
        }""",
        [event, [[name, base64.b64encode(body).decode()] for name, body in files.items()], text],
    )


def verdicts(page: Page) -> list[str]:
    page.wait_for_selector(".verdict", state="attached")
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('article.answer')].map(x => x.dataset.verdict)"
    )
    return found


@pytest.mark.parametrize("event", ["drop", "paste"])
@pytest.mark.parametrize("what", ["a file", "a picture", "a PDF", "a link", "several files"])
def test_what_is_dropped_or_pasted_is_checked(
    browser: Browser, chain: Chain, home: str, event: str, what: str
) -> None:
    body, link = chain.body("transcript"), ways.link(chain)
    files: dict[str, bytes] = {
        "a file": {"paper.json": body},
        "a picture": {"photo.png": ways.photo(link)},
        "a PDF": {"print.pdf": ways.raw_pdf(files={"paper.json": body})},
        "a link": {},
        "several files": {"paper.json": body, "agreement.json": chain.body("agreement")},
    }[what]
    with opened(browser) as page:
        page.goto(home)
        hand_over(page, event, files, text="" if files else link)
        assert verdicts(page) == ["verified"] * max(1, len(files))
        assert page.is_hidden("#drop")
        assert page.is_hidden("#steps")
        assert page.url == home


def test_the_page_shows_where_to_let_go(browser: Browser, home: str) -> None:
    with opened(browser, viewport=DESK) as page:
        page.goto(home)
        enter = """(kind) => {
            const data = new DataTransfer();
            data.items.add(new File(["x"], "x.json"));
            document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true }));
        }"""
        page.evaluate(enter, "dragenter")
        assert page.is_visible("#drop")
        ways.pictured(page, "drop", full=False)
        page.evaluate(enter, "dragleave")
        assert page.is_hidden("#drop")


def test_text_pasted_into_the_field_stays_there(browser: Browser, home: str) -> None:
    with opened(browser) as page:
        page.goto(home)
        page.focus("#text")
        page.evaluate(
            """() => {
                const data = new DataTransfer();
                data.setData("text/plain", "https://x.example/");
                const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true,
                    cancelable: true });
                window.free = document.getElementById("text").dispatchEvent(paste);
            }"""
        )
        assert page.evaluate("window.free")  # the browser's own paste was not prevented
        assert page.locator(".verdict").count() == 0


def test_a_link_in_the_address_bar_is_checked_and_taken_out(
    browser: Browser, chain: Chain, home: str
) -> None:
    with opened(browser, viewport=PHONE) as page:
        page.goto(home + "#" + ways.link(chain).partition("#")[2])
        assert verdicts(page) == ["verified"]
        assert page.url == home
        ways.pictured(page, "answer-phone")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_several_files_and_a_text_are_answered_in_one_table(
    browser: Browser, chain: Chain, home: str, scripts: bool
) -> None:
    with opened(browser, viewport=DESK, java_script_enabled=scripts) as page:
        page.goto(home)
        given = [
            {"name": f"{name}.json", "mimeType": "application/json", "buffer": chain.body(name)}
            for name in ("transcript", "agreement")
        ]
        page.set_input_files("#file", [*given, {**given[0], "name": "x.pdf", "buffer": b"%PDF-"}])  # type: ignore[list-item]
        page.fill("#text", ways.link(chain, "statement"))
        page.click("#submit")
        page.wait_for_selector("#overview-title")
        rows = page.locator("table.given tbody tr")
        names = [rows.nth(row).locator("td").last.inner_text() for row in range(rows.count())]
        assert names == ["transcript.json", "agreement.json", "x.pdf", "pasted text"]
        found = [
            row.split("\n")[0] for row in page.locator("table.given .outcome").all_inner_texts()
        ]
        assert [one.split(":")[0] for one in found] == [
            "Verified",
            "Verified",
            "Not verified",
            "Verified",
        ]
        ways.pictured(page, f"several-{'scripts' if scripts else 'plain'}")


def test_nothing_given_is_said_at_the_form(browser: Browser, home: str) -> None:
    with opened(browser) as page:
        page.goto(home)
        page.click("#submit")
        assert "Nothing was given" in page.inner_text("#nothing-given")


def test_fifty_mixed_files_are_answered_in_order_while_the_page_stays_alive(
    browser: Browser, chain: Chain, home: str, tmp_path: Path
) -> None:
    given = ways.fifty(chain)
    assert len(given) == 50
    for name, data, _ in given:
        (tmp_path / name).write_bytes(data)
    with opened(browser, viewport=DESK) as page:
        page.goto(home)
        page.evaluate(
            """() => {
                window.longest = 0;
                window.said = new Set();
                let last = performance.now();
                setInterval(() => {
                    const now = performance.now();
                    window.longest = Math.max(window.longest, now - last);
                    last = now;
                    const steps = document.getElementById("steps");
                    if (!steps.hidden) window.said.add(steps.innerText.split("\\n")[0]);
                }, 10);
            }"""
        )
        page.set_input_files("#file", [str(tmp_path / name) for name, _, _ in given])
        page.evaluate("window.longest = 0")
        page.click("#submit")
        while page.evaluate("window.said.size") < 8:
            page.wait_for_timeout(20)
        ways.pictured(page, "progress", full=False)
        page.wait_for_selector("#overview-title")
        rows = page.locator("table.given tbody tr")
        names = [rows.nth(row).locator("td").last.inner_text() for row in range(rows.count())]
        assert names == [name for name, _, _ in given]
        found: list[str] = page.evaluate(
            "[...document.querySelectorAll('table.given .outcome > .symbol')]"
            ".map(x => [...x.classList].find(y => y.startsWith('is-')).slice(3))"
        )
        assert found == [verdict for _, _, verdict in given]
        for refused in ("bomb.png", "huge.pdf"):
            assert page.locator("table.given tr", has_text=refused).locator(".reason").count() == 1
        assert "too large: 50 MB, at most 30 MB" in page.inner_text("table.given")
        said = page.evaluate("[...window.said]")
        assert any(one.startswith("Reading ") and one.endswith(" of 49") for one in said)
        assert page.evaluate("window.longest") < 1000  # milliseconds in which nothing reacted
        assert page.inner_text("[role=status]") == "Answers: 50 documents"
        ways.pictured(page, "fifty-desk")
        page.set_viewport_size({"width": 320, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        ways.pictured(page, "fifty-narrow")


def test_a_row_leads_to_its_answer_though_that_is_folded(
    browser: Browser, chain: Chain, home: str
) -> None:
    files = {f"{number}.json": chain.body("transcript") for number in range(6)}
    with opened(browser) as page:
        page.goto(home)
        hand_over(page, "drop", files)
        page.wait_for_selector("#overview-title")
        assert page.is_hidden("#a4-verdict")
        page.focus("table.given tr:nth-child(4) a")
        page.keyboard.press("Enter")
        page.wait_for_selector("#a4-verdict")
        assert page.evaluate("document.getElementById('a4').getBoundingClientRect().top") < 740
        assert page.is_hidden("#a3-verdict")


def test_more_than_fits_in_one_go_is_named_and_the_rest_answered(
    browser: Browser, chain: Chain
) -> None:
    files = {f"{number}.json": chain.body("transcript") for number in range(5)}
    with ways.served(chain, max_files=3) as (home, _), opened(browser) as page:
        page.goto(home)
        hand_over(page, "drop", files)
        page.wait_for_selector("#overview-title")
        found = page.locator("table.given .outcome").all_inner_texts()
        assert ["Not checked" in one for one in found] == [False, False, False, True, True]
        assert "No room was left in one go." in found[4]


def test_stopping_ends_the_question(browser: Browser, chain: Chain, home: str) -> None:
    held: list[Any] = []  # it is not answered before the end
    with opened(browser) as page:
        page.route("**/answers", lambda route: held.append(route))  # noqa: PLW0108 - a builtin is no handler
        page.goto(home)
        hand_over(page, "drop", {"a.json": chain.body("transcript")})
        page.click("#stop")
        assert page.inner_text("[role=status]") == "Stopped. Nothing was kept."
        with suppress(Exception):  # the browser may have ended it already
            held[0].abort()
        assert page.is_hidden("#trouble")
        assert page.is_hidden("#steps")


FAILURES: dict[str, tuple[dict[str, Any], str]] = {
    "too large": ({"status": 413}, "Give fewer"),
    "refused": ({"status": 400}, "could not be read"),
    "a fault": ({"status": 500}, "not with the document"),
    "broken off": ({"status": 200, "body": '{"read": 1}\n'}, "not with the document"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_said_and_trying_again_helps(
    browser: Browser, chain: Chain, home: str, name: str
) -> None:
    answer, words = FAILURES[name]
    with opened(browser) as page:
        page.route("**/answers", lambda route: route.fulfill(**answer))
        page.goto(home)
        hand_over(page, "drop", {"a.json": chain.body("transcript")})
        page.wait_for_selector("#trouble:not([hidden])")
        assert words in page.inner_text("#trouble")
        assert page.is_hidden("#steps")
        page.unroute("**/answers")
        page.click("#again")
        assert verdicts(page) == ["verified"]


def test_a_connection_that_is_lost_is_said(browser: Browser, chain: Chain, home: str) -> None:
    with opened(browser) as page:
        page.route("**/answers", lambda route: route.abort())
        page.goto(home)
        hand_over(page, "drop", {"a.json": chain.body("transcript")})
        page.wait_for_selector("#trouble:not([hidden])")
        assert "could not be reached" in page.inner_text("#trouble")
        ways.pictured(page, "trouble")


def test_by_keyboard_alone_from_the_page_to_a_row_and_back(
    browser: Browser, chain: Chain, home: str
) -> None:
    with opened(browser, viewport=DESK) as page:
        page.goto(home)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "text":
                break
        links = "\n".join(ways.link(chain, name) for name in ("transcript", "agreement"))
        page.keyboard.insert_text(links)
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert outline == "3px"
        page.keyboard.press("Enter")
        page.wait_for_selector(".verdict:focus, #overview-title:focus")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") == "A"


def test_motion_stops_where_people_ask_for_that(browser: Browser, home: str) -> None:
    with opened(browser, reduced_motion="reduce") as page:
        page.goto(home)
        page.evaluate("document.getElementById('progress').className = 'busy'")
        look = "getComputedStyle(document.getElementById('progress'), '::before').animationName"
        assert page.evaluate(look) == "none"


def test_the_limits_said_are_those_that_hold(browser: Browser, home: str) -> None:
    limits = WebSettings(operator="x")
    assert limits.max_files >= 50
    with opened(browser) as page:
        page.goto(home)
        assert f"{limits.max_upload // 1048576} MB" in page.inner_text("#file-hint")
        assert page.get_attribute("#form", "data-max-bytes") == str(limits.max_upload)
