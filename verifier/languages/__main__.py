"""Keeps the catalogues: `python -m verifier.languages`.

Brings each `.po` file up to what the verifier says now. Translations are kept, what is missing
stands there empty, and what is no longer said moves to the end of the file as obsolete, until
`--drop` takes it out. `--check` changes nothing, and fails where a catalogue is not complete.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO

import click
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po, write_po

from verifier.languages.catalogue import CATALOGUES
from verifier.languages.extraction import messages, places

__all__ = ["problems"]

_HEAD = """\
# What the verifier says, in {name}. Kept by `python -m verifier.languages`.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def _template() -> Catalog:
    catalog = Catalog()
    for message in messages():
        text = message.text if message.several is None else (message.text, message.several)
        catalog.add(text, auto_comments=[message.where])
    return catalog


def _read(language: str) -> Catalog:
    path = CATALOGUES[language]
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _write(language: str, catalog: Catalog, *, drop: bool) -> None:
    body = BytesIO()
    write_po(body, catalog, width=100, omit_header=True, no_location=True, ignore_obsolete=drop)
    name = catalog.locale.english_name if catalog.locale else language
    head = _HEAD.format(name=name, language=language)
    path = CATALOGUES[language]
    made = path.with_suffix(".po.new")
    made.write_bytes(head.encode() + body.getvalue().lstrip())
    made.replace(path)


def _entry_problems(entry: Entry) -> Iterator[str]:
    texts = (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)
    said = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ())
    if entry.fuzzy:
        yield "is marked as not certain"
    if len(said) != len(texts) or not all(one and one.strip() for one in said):
        yield "is not translated"
        return
    for text, translated in zip(texts, said, strict=True):
        try:
            same = places(text) == places(translated)
        except ValueError:  # a brace that opens no place
            same = False
        if not same:
            yield f"has other places than the English: {translated!r}"
        if text.strip() == text and translated.strip() != translated:
            yield "begins or ends with a space"
        if text.endswith(".") != translated.endswith("."):
            yield "ends otherwise than the English: with or without a full stop"


def problems(language: str) -> list[str]:
    """What is not as it must be in a catalogue, one sentence each."""
    there, wanted = _read(language), _template()
    found: list[str] = []
    for entry in wanted:
        if not entry.id:
            continue
        kept = there.get(entry.id)
        if kept is None or isinstance(kept.id, str) != isinstance(entry.id, str):
            found.append(f"{language}: {entry.id!r} is missing")
            continue
        found += [f"{language}: {entry.id!r} {problem}" for problem in _entry_problems(kept)]
    gone = [entry.id for entry in there if entry.id and wanted.get(entry.id) is None]
    found += [f"{language}: {text!r} is not said any more" for text in (*gone, *there.obsolete)]
    return found


@click.command(help=__doc__)
@click.option("--check", is_flag=True, help="Only look, and fail where something is amiss.")
@click.option("--drop", is_flag=True, help="Take out what is no longer said.")
def main(check: bool, drop: bool) -> None:
    """The command."""
    if check:
        found = [problem for language in CATALOGUES for problem in problems(language)]
        for problem in found:
            click.echo(problem)
        sys.exit(1 if found else 0)
    template = _template()
    for language in CATALOGUES:
        catalog = _read(language)
        catalog.update(template, no_fuzzy_matching=True)
        _write(language, catalog, drop=drop)
        missing = sum(1 for e in catalog if e.id and any(_entry_problems(e)))
        click.echo(f"{language}: {len(catalog)} messages, {missing} to do")


if __name__ == "__main__":
    main()
