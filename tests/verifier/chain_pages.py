"""The page of really signed papers, as tests read it: its text, the picture, the table."""

from __future__ import annotations

import io
import re
from typing import Any

from tests.chain_papers import Chain
from tests.verifier.answers import Given
from tests.verifier.pages import Page
from verifier.report import Report
from verifier.web.app import verifier_app
from verifier.web.settings import WebSettings

__all__ = ["ALL", "page_of", "picture", "report", "table", "text_of"]

SETTINGS = WebSettings(operator="Example Employer Ltd")
ALL = ("agreement", "statement")


def report(chain: Chain, name: str, *together: str, **more: Any) -> Report:
    return chain.world.verify(chain.body(name), *map(chain.body, together), **more)


def page_of(*reports: Report) -> str:
    files = [(io.BytesIO(b"{}"), f"{number}.json") for number, _ in enumerate(reports)]
    answer = verifier_app(SETTINGS, Given(*reports)).test_client().post("/", data={"file": files})
    assert answer.status_code == 200
    return answer.text


def text_of(*reports: Report) -> str:
    return Page(page_of(*reports)).text


def picture(page: str) -> list[str]:
    """The words of each paper in the picture, in its order."""
    found = re.search(r'<ol class="chain">(.*?)</ol>', page, re.DOTALL)
    parts = re.split(r"<li class=", found[1])[1:] if found else []
    return [Page(f"<li class={part}").text for part in parts]


def table(page: str) -> list[list[str]]:
    """The cells of the table of units, its head first."""
    found = re.search(r'<section class="panel flush compared".*?</section>', page, re.DOTALL)
    rows = re.findall(r'<tr role="row">(.*?)</tr>', found[0], re.DOTALL) if found else []
    cells = r'<t[hd] [^>]*role="(?:columnheader|rowheader|cell)"[^>]*>(.*?)</t[hd]>'
    return [[Page(cell).text for cell in re.findall(cells, row, re.DOTALL)] for row in rows]
