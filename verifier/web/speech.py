"""In which language a page speaks: told by its address, else by the reader's browser.

`/nl/` and whatever lies below it is the page in Dutch; the same address without a language is
answered in the one that the browser prefers. Templates say `_("...")` and `counted("...", "...",
n)`; a phrase, a day or a number that a view gives them is said in the page's language wherever it
is put out. What comes out of a document is never translated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, Response, redirect, request
from markupsafe import Markup, escape

from verifier.languages import ENGLISH, LANGUAGES, NAMES, Phrase, Translator, best_of, translator
from verifier.languages.phrases import filled

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["asked_language", "page_language", "speak"]

_NAMED: Final = "ecvet.language"
_IN_A_LANGUAGE: Final = re.compile(
    f"/(?P<language>{'|'.join(LANGUAGES)})(?P<within>/.*)", re.DOTALL
)
#: The fact that may be a technical sentence of a lower floor, which exists in English only.
_TECHNICAL: Final = "problem"


@dataclass(frozen=True, slots=True)
class _Choice:
    """A language in the switcher: where the same page stands in it."""

    language: str
    name: str
    address: str
    chosen: bool


class _LanguageInPath:
    """Takes the language out of the path before the application looks at it.

    It moves into the script name, so that every address that the application makes stays in the
    language. `kept` are paths that have none, such as those for programs.
    """

    def __init__(self, application: WSGIApplication, kept: Callable[[str], bool]) -> None:
        self._application = application
        self._kept = kept

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        found = _IN_A_LANGUAGE.fullmatch(environ.get("PATH_INFO", ""))
        if found is not None and not self._kept(found["within"]):
            environ[_NAMED] = found["language"]
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}/{found['language']}"
            environ["PATH_INFO"] = found["within"]
        return self._application(environ, start)


def page_language() -> str:
    """The language of the page that is asked for."""
    named = request.environ.get(_NAMED)
    return named if isinstance(named, str) else best_of(request.headers.get("Accept-Language", ""))


def asked_language() -> str | None:
    """The language in which a program asks to be answered; None where it does not say.

    `?language=` counts before `Accept-Language`, and English by the latter is the plain English
    that programs have always had. Raises KeyError for one that there is not.
    """
    named = request.args.get("language")
    if named is not None:
        return translator(named).language
    preferred = best_of(request.headers.get("Accept-Language", ""))
    return None if preferred == ENGLISH else preferred


def speak(app: Flask, *, kept: Callable[[str], bool]) -> None:
    """Let the application's pages speak the languages, at every path that is not `kept`."""
    app.wsgi_app = _LanguageInPath(app.wsgi_app, kept)  # type: ignore[assignment, method-assign]
    environment = app.jinja_env
    environment.finalize = _finalized
    environment.globals.update(_=_message, counted=_counted, language=page_language)
    environment.globals.update(language_choices=_choices)
    environment.filters.update(said=_said, sentence=_sentence, capital=_capital, small=_small)
    environment.filters["numeral"] = _numeral

    @app.before_request
    def slash() -> Any:
        # Without its slash, what the page calls by relative addresses would leave the language.
        if request.path[1:] in LANGUAGES:
            return redirect(f"{request.script_root}{request.path}/", 308)
        return None

    @app.after_request
    def spoken(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.content_language.clear()
            response.content_language.add(page_language())
            if _NAMED not in request.environ:
                response.vary.add("Accept-Language")
        return response


def _choices() -> list[_Choice]:
    """The page that is asked for, in each language; of an answer, the empty page."""
    root = request.script_root
    chosen = request.environ.get(_NAMED)
    outside = root.removesuffix(f"/{chosen}") if chosen else root
    path = request.path if request.method in {"GET", "HEAD"} else "/"
    path = path if request.url_rule is not None else "/"
    now = page_language()
    return [
        _Choice(language, name, f"{outside}/{language}{path}", language == now)
        for language, name in NAMES.items()
    ]


def _current() -> Translator:
    return translator(page_language())


def _message(text: str, /, **facts: str) -> Markup:
    return _put_in(_current().form(text, None, 1), facts)


def _counted(one: str, several: str, count: int, /, **facts: str) -> Markup:
    now = _current()
    number = now.number(str(count))
    return _put_in(now.form(one, several, count), {"count": number, **facts})


def _put_in(text: str, facts: Mapping[str, str]) -> Markup:
    """The facts put into a text as they are, where they are markup; said and escaped otherwise."""
    return _filled(text, {name: _said(fact) for name, fact in facts.items()})


def _filled(text: str, said: Mapping[str, Markup]) -> Markup:
    """A text of ours, escaped, with facts that are safe already."""
    return Markup(filled(str(escape(text)), said))  # noqa: S704 - every part of it is escaped


def _finalized(value: Any) -> Any:
    """What a template puts out: words of ours in the page's language, all else as it is."""
    return _said(value) if isinstance(value, str) and type(value) not in {str, Markup} else value


def _said(text: str) -> Markup:
    """A text for a page. Technical English within another language is marked as English."""
    if isinstance(text, Markup):
        return text
    now = _current()
    if isinstance(text, Phrase) and now.language != ENGLISH:
        problem = text.facts.get(_TECHNICAL)
        if type(problem) is str:
            form = now.form(text.message, text.several, text.number)
            marked = Markup('<span lang="en">{}</span>').format(problem)
            said = {name: _said(now.fact(fact)) for name, fact in text.facts.items()}
            return _filled(form, {**said, _TECHNICAL: marked})
    return escape(now.say(text))


def _numeral(number: str) -> str:
    """A number, given as documents write it."""
    return _current().number(number)


def _sentence(words: str) -> Markup:
    """Words that stand on their own: a capital in front, a full stop behind."""
    text = _capital(words)
    return text if text.endswith((".", "?", "!", "…")) else text + "."


def _capital(words: str) -> Markup:
    """Words that begin a line or a sentence."""
    text = _said(words)
    return text[:1].upper() + text[1:]


def _small(words: str) -> Markup:
    """Words that stand within a sentence."""
    text = _said(words)
    return text[:1].lower() + text[1:]
