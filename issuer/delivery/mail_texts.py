"""What is written to learners: our texts in five languages, or an institution's own.

An institution's own text in a language is `HOME/texts/SLUG/mail.LANGUAGE.toml`, with `subject`, of
one line, and `body`. Both may name facts in braces; `body` must hold the links.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from issuer.errors import IssuerError

__all__ = ["FACTS", "MailText", "mail_text"]

#: What a text may name in braces.
FACTS: Final = frozenset({"name", "institution", "links", "until"})
_OURS: Final = Path(__file__).with_name("mail_texts.toml")
_NAMED: Final = re.compile(r"\{([^{}]*)\}")
_LONGEST: Final = 10_000
_LONGEST_SUBJECT: Final = 150


@dataclass(frozen=True, slots=True)
class MailText:
    """A message before its facts are filled in."""

    subject: str
    body: str

    def subject_with(self, facts: Mapping[str, str]) -> str:
        """The subject, of one line."""
        return " ".join(_filled(self.subject, facts).split())

    def body_with(self, facts: Mapping[str, str]) -> str:
        """The body."""
        return _filled(self.body, facts).strip() + "\n"


def mail_text(folder: Path, institution: str, language: str) -> MailText:
    """The text of an institution in a language; `folder` is its home's.

    Raises IssuerError: `bad_mail_text` (its own text cannot be used, and why).
    """
    own = folder / "texts" / institution / f"mail.{language}.toml"
    try:
        plain = tomllib.loads(own.read_text("utf-8"))
    except FileNotFoundError:
        return _ours()[language]
    except (OSError, ValueError) as error:
        raise _bad(own, f"it cannot be read: {error}") from None
    return _checked(own, plain)


@cache
def _ours() -> Mapping[str, MailText]:
    plain = tomllib.loads(_OURS.read_text("utf-8"))
    return {language: _checked(_OURS, text) for language, text in plain.items()}


def _checked(file: Path, plain: Mapping[str, object]) -> MailText:
    subject, body = plain.get("subject"), plain.get("body")
    if set(plain) != {"subject", "body"} or not (
        isinstance(subject, str) and isinstance(body, str)
    ):
        raise _bad(file, "expected the two texts `subject` and `body` and nothing else")
    if "\n" in subject or "\r" in subject or not 0 < len(subject.strip()) <= _LONGEST_SUBJECT:
        raise _bad(file, f"expected a subject of one line and {_LONGEST_SUBJECT} characters")
    if len(body) > _LONGEST:
        raise _bad(file, f"got a body of {len(body):,} characters, expected {_LONGEST:,} at most")
    unknown = sorted({*_NAMED.findall(subject), *_NAMED.findall(body)} - FACTS)
    if unknown:
        known = ", ".join(f"{{{one}}}" for one in sorted(FACTS))
        raise _bad(file, f"got {{{unknown[0]:.40}}}, expected nothing in braces but {known}")
    if "{links}" not in body or "{links}" in subject:
        raise _bad(file, "expected {links} in the body, and not in the subject")
    return MailText(subject, body)


def _filled(text: str, facts: Mapping[str, str]) -> str:
    """In one go, so that what stands in braces within a fact stays as it is."""
    return _NAMED.sub(lambda found: facts[found[1]], text)


def _bad(file: Path, why: str) -> IssuerError:
    return IssuerError("bad_mail_text", f"{file.name}: {why}.")
