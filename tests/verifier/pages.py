"""A page as tests read it, and words that must stay words on every page."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient

from tests.verifier.answers import Given
from verifier.web.app import verifier_app
from verifier.web.settings import WebSettings

__all__ = ["HOSTILE", "LINK", "SETTINGS", "Page", "checked", "client", "draws_elsewhere"]

SETTINGS = WebSettings(
    operator="Example Employer Ltd",
    lists=("the Nordic list of VET providers",),
    public_address="https://verify.employer.example/",
    max_upload=256 * 1024,
    max_files=3,
)
LINK = "#https://omnia.example/credentials/1~" + "A" * 43


class Page(HTMLParser):
    """The elements of a page with the names of their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        if tag not in {"a", "abbr", "bdi", "code", "small", "strong", "time"}:
            self.words.append(" ")
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


HOSTILE = {
    "script": "<script>document.title='owned'</script>",
    "attribute": '" onmouseover="alert(1)" x="',
    "image": "<img src=x onerror=alert(1)>",
    "closing": "</bdi></main></body><iframe src=//evil.example>",
    "template": "{{ 7*7 }}{% raw %}${7*7}#{7*7}{{ operated.operator }}",
    "address": "javascript:alert(1)",
    "format": "{issuer.__class__} %s %(x)s",
    "direction": "abc\u202e\u2066gnirts\u2069\u200f\u061c",
    "invisible": "a\u200b\ufeff\u2060\u00ad\U000e0041\x00\x1b[31m\x07",
    "marks": "Z" + "\u0301\u0336" * 140,
    "formula": '=HYPERLINK("https://evil.example";"x")',
}


def draws_elsewhere(character: str) -> bool:
    """Whether a character changes how its surroundings are drawn."""
    control = unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co"}
    return control and character not in "\n\u200c\u200d"


def client(*reports: Any, settings: WebSettings = SETTINGS) -> FlaskClient:
    """A visitor of a verifier that answers with these reports."""
    return verifier_app(settings, Given(*reports)).test_client()


def checked(*reports: Any) -> str:
    """The answer to a link, as a piece of the page."""
    answer = client(*reports).post("/check", json={"link": LINK})
    assert answer.status_code == 200
    return answer.text
