"""A PDF that somebody hands over: the documents attached to it, and the codes on its pages.

A PDF is the most dangerous thing that people send, so it is opened by another process
(`verifier.pdf_reader`) that has no network to speak of, little memory and little time, and that
may die. Nothing in it runs: forms and scripts are not started, links are not followed. What comes
back are bytes and texts that are as untrusted as before.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from verifier.errors import VerifierError
from verifier.languages import Phrase

__all__ = ["Attached", "PdfContents", "PdfLimits", "read_pdf"]

#: What an interpreter may need to start at all; nothing else is handed on.
_NEEDED: Final = ("LD_LIBRARY_PATH", "SYSTEMROOT")
_READER: Final = Path(__file__).with_name("pdf_reader.py")


@dataclass(frozen=True, slots=True)
class PdfLimits:
    """How much work a PDF may cause. Sizes in bytes, times in seconds."""

    file_bytes: int = 16 * 1024 * 1024
    attachments: int = 20
    attachment_bytes: int = 4 * 1024 * 1024
    pages: int = 20
    """Of which codes are looked for, from the front; what is attached is found in any PDF."""
    page_pixels: int = 8_000_000
    dots_per_inch: int = 200
    memory_bytes: int = 512 * 1024 * 1024
    cpu_seconds: int = 10
    wall_seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class Attached:
    """A file in a PDF: its name as the PDF states it, and its bytes."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class PdfContents:
    """What was found: the files attached, and the texts of the codes where none is attached."""

    attached: tuple[Attached, ...]
    codes: tuple[str, ...]


def read_pdf(data: bytes, *, limits: PdfLimits) -> PdfContents:
    """The attached files of a PDF that may be documents; without one, the codes on its pages.

    Raises VerifierError: `pdf_too_large`, `pdf_encrypted` (it opens with a password only),
    `pdf_damaged`, `pdf_too_complex` (it would take more memory or time than any paper needs).
    """
    if len(data) > limits.file_bytes:
        raise VerifierError(
            "pdf_too_large",
            Phrase(
                "The PDF has {data} bytes, expected {file_bytes} at most.",
                data=f"{len(data):,}",
                file_bytes=f"{limits.file_bytes:,}",
            ),
        )
    answer = _asked(data, limits)
    match answer.get("problem"):
        case None:
            return _contents(answer)
        case "encrypted":
            raise VerifierError("pdf_encrypted", Phrase("The PDF opens with a password only."))
        case "damaged":
            raise VerifierError("pdf_damaged", Phrase("The PDF is damaged or incomplete."))
    raise _too_complex()


def _asked(data: bytes, limits: PdfLimits) -> dict[str, Any]:
    """What the reader answers; it is started for one PDF and ends with it."""
    try:
        done = subprocess.run(  # noqa: S603 - our own file, by our own interpreter
            [sys.executable, "-I", str(_READER), json.dumps(asdict(limits))],
            input=data,
            capture_output=True,
            timeout=limits.wall_seconds,
            check=False,
            env={name: os.environ[name] for name in _NEEDED if name in os.environ},
            cwd="/",
        )
    except subprocess.TimeoutExpired as error:
        raise _too_complex() from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:  # it was stopped by its limits, or by a defect of its library
        raise _too_complex() from error
    return answer if isinstance(answer, dict) else {}


def _contents(answer: dict[str, Any]) -> PdfContents:
    try:
        attached = tuple(
            Attached(str(one["name"]), base64.b64decode(one["body"], validate=True))
            for one in answer["attached"]
        )
        return PdfContents(attached, tuple(str(text) for text in answer["codes"]))
    except (KeyError, TypeError, binascii.Error) as error:
        raise _too_complex() from error


def _too_complex() -> VerifierError:
    return VerifierError(
        "pdf_too_complex", Phrase("The PDF would take more memory or time than any paper needs.")
    )
