"""Data and a template in, a PDF out (by Typst).

The compiler sees the template and `house.typ`, and a folder that holds the pictures and the
attachment, and is gone afterwards. It sees no fonts but those that come with it, so that a document
looks the same on every machine, and no clock: the moment is given.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from verifier.errors import VerifierError
from verifier.web.plain import clean

__all__ = [
    "Attachment",
    "Picture",
    "Template",
    "compiler",
    "fonts",
    "inert",
    "refused",
    "typeset",
]

_HOUSE: Final = Path(__file__).with_name("house.typ")
_STANDARDS: Final = ("a-3a", "ua-1")
_MOST_TEXT: Final = 1_500_000
"""Characters of data that are set at most: some 500 pages, and some seconds."""
_LONGEST: Final = 4000
#: No word of any language is as long, and nothing breaks such a run by itself.
_SOLID: Final = re.compile(r"\S{60,}")
_SOLID_PART: Final = 12
_UNSET: Final = re.compile(r"the text `\"(.+?)\"` could not be displayed", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the PDF, byte for byte, as the data that it was made from (`/Data`)."""

    name: str
    body: bytes
    media_type: str
    description: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a template may place under a name; of our own making, or checked before."""

    body: bytes
    kind: Literal["png", "svg"]


@dataclass(frozen=True, slots=True)
class Template:
    """The text of a template; `parts` are the further files that it imports, by name."""

    text: str
    parts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def beside(cls, module_file: str, name: str, *parts: str) -> Template:
        """The template `name`, a file beside a module (`__file__`), with its parts."""
        folder = Path(module_file).parent
        return cls(
            (folder / name).read_text("utf-8"),
            {part: (folder / part).read_text("utf-8") for part in parts},
        )


def typeset(
    template: Template,
    data: Mapping[str, Any],
    *,
    title: str,
    language: str,
    issued: datetime,
    attachment: Attachment | None = None,
    pictures: Mapping[str, Picture] | None = None,
) -> bytes:
    """A PDF/A-3a and PDF/UA-1 of `data`, which is plain JSON values.

    `title` and `language` (BCP 47) are those of the document, `issued` (with a zone) its date and
    the only moment in it. Every text is cleaned of what is invisible or changes the direction of
    its surroundings, and cut at 4,000 characters.

    Raises VerifierError: `pdf_extra_missing` (the package `typst` is not installed),
    `too_much_to_print`, `no_glyph` (a character that no font here can draw; which, is said).
    """
    budget = _Budget()
    inputs = {
        "data": json.dumps(budget.inert(data), ensure_ascii=False),
        "title": budget.inert(title),
        "language": language,
        "issued": issued.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    sources = {
        "main": template.text.encode(),
        "house.typ": _HOUSE.read_bytes(),
        **{name: text.encode() for name, text in template.parts.items()},
    }
    files: dict[str, bytes] = {}
    placed = {}
    for name, picture in (pictures or {}).items():
        placed[name] = f"{name}.{picture.kind}"
        files[placed[name]] = picture.body
    inputs["pictures"] = json.dumps(placed)
    if attachment is not None:
        files["attached"] = attachment.body
        inputs["attachment"] = json.dumps(
            {
                "name": attachment.name,
                "media": attachment.media_type,
                "description": attachment.description,
            }
        )
    return _compiled(sources, files, inputs, issued)


def _compiled(
    sources: Mapping[str, bytes],
    files: Mapping[str, bytes],
    inputs: Mapping[str, str],
    issued: datetime,
) -> bytes:
    typst = compiler()
    # All that the compiler can see beside the sources: the files given here, under names of ours.
    with tempfile.TemporaryDirectory(prefix="ecvet-typeset-") as folder:
        for name, body in files.items():
            (Path(folder) / name).write_bytes(body)
        try:
            made = typst.compile(
                dict(sources),
                root=folder,
                package_path=folder,
                package_cache_path=folder,
                font_paths=fonts(),
                ignore_system_fonts=True,
                format="pdf",
                sys_inputs=dict(inputs),
                pdf_standards=list(_STANDARDS),
                timestamp=int(issued.timestamp()),
            )
        except typst.TypstError as error:
            raise refused(str(error)) from error
    return bytes(made)


def compiler() -> Any:
    """The compiler, imported when there is something to print."""
    try:
        import typst  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise VerifierError(
            "pdf_extra_missing",
            "PDFs are made by the package typst, which is not installed: install "
            "ecvet-credentials[pdf].",
        ) from error
    return typst


@cache
def fonts() -> Any:
    """The fonts that come with the compiler, and no others; read once."""
    return compiler().Fonts(include_system_fonts=False, include_embedded_fonts=True)


def refused(problem: str) -> VerifierError:
    """What the compiler could not set, as an error for people."""
    unset = _UNSET.search(problem)
    if unset:
        codes = " ".join(f"U+{ord(sign):04X}" for sign in unset[1][:8])
        return VerifierError(
            "no_glyph",
            f"The text “{unset[1][:40]}” ({codes}) cannot be printed: none of the fonts here has "
            "its signs. Write it in Latin, Greek or Cyrillic letters.",
        )
    # Only a defect in a template of ours comes here, whatever the data is.
    raise AssertionError(f"a template of ours does not compile: {problem}")


def inert(data: Mapping[str, Any]) -> Any:
    """The data with every text cleaned, as templates are given it; VerifierError if too much."""
    return _Budget().inert(data)


def _opened(run: re.Match[str]) -> str:
    """A run of signs without a space, with places to break it at (U+200B)."""
    signs = run[0]
    parts = range(0, len(signs), _SOLID_PART)
    return "\u200b".join(signs[start : start + _SOLID_PART] for start in parts)


class _Budget:
    """Makes texts inert, and counts them."""

    def __init__(self) -> None:
        self._left = _MOST_TEXT

    def inert(self, value: Any) -> Any:
        """The value with every text cleaned; keys are our own and stay."""
        if isinstance(value, str):
            text = _SOLID.sub(_opened, clean(value, longest=_LONGEST))
            self._left -= len(text)
            if self._left < 0:
                raise VerifierError(
                    "too_much_to_print",
                    f"The document holds more than {_MOST_TEXT:,} characters, too many to print.",
                )
            return text
        if isinstance(value, Mapping):
            return {key: self.inert(item) for key, item in value.items()}
        if isinstance(value, Sequence):
            return [self.inert(item) for item in value]
        return value
