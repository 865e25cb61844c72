"""The verifier's OpenAPI document; tests hold it equal to the routes and to their answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from verifier.languages import LANGUAGES
from verifier.web.openapi_parts import (
    answer,
    answers,
    document,
    json_of,
    operation,
    page,
    schema,
    service_paths,
)
from verifier.web.report_schema import report_schemas
from verifier.web.settings import WebSettings
from verifier.web.vc_api_openapi import vc_api_paths, vc_api_schemas

__all__ = ["verifiable_bodies", "verifier_openapi"]

_ANY_BODY: Final = {"description": "One document; what cannot be read fails the check `format`."}
_BYTES: Final = {"type": "string", "format": "binary"}
_SENT: Final = (
    "bad_request",
    "length_required",
    "too_large",
    "unsupported_media_type",
)


def verifier_openapi(
    settings: WebSettings, more: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The document of a verifier with these limits; `more` are paths that not every one has."""
    return document(
        "ECVET credentials: verifier",
        "Checks signed papers of vocational learning and answers with a report. It keeps nothing "
        "and knows no session. Whatever the verdict, an answer is 200: the report says what was "
        "found. Errors are problem details (RFC 9457). Every GET answers HEAD too. "
        f"A body may have {settings.max_upload} bytes, a form {settings.max_files} files.",
        paths={
            **_pages(settings),
            **_api(settings),
            **(more or {}),
            **vc_api_paths(),
            **service_paths("verifier"),
        },
        schemas={**report_schemas(), **vc_api_schemas()},
        tags={
            "verification": "For programs",
            "VC-API": "For programs that speak the W3C Credentials Community Group's interface",
            "pages": "For people",
            "service": "For operators and their tools",
        },
    )


def _files(settings: WebSettings, *, required: bool) -> dict[str, Any]:
    shape: dict[str, Any] = {
        "type": "object",
        "properties": {
            "file": {
                "type": "array",
                "minItems": 1,
                "maxItems": settings.max_files,
                "items": _BYTES,
                "description": "Documents, or pictures with their codes; each needs a file name.",
            }
        },
        "additionalProperties": False,
    }
    if required:
        shape["required"] = ["file"]
    return shape


def verifiable_bodies(settings: WebSettings) -> dict[str, Any]:
    """What can be verified, by its media type."""
    return {
        "application/vc": _ANY_BODY,
        "application/vc+jwt": _ANY_BODY,
        "application/json": _ANY_BODY,
        "application/ld+json": _ANY_BODY,
        "application/vc+ld+json": _ANY_BODY,
        "text/plain": {
            "type": "string",
            "minLength": 1,
            "description": "The link of a code, or the text of a document.",
        },
        "application/pdf": _BYTES,
        "image/png": _BYTES,
        "image/jpeg": _BYTES,
        "multipart/form-data": _files(settings, required=True),
    }


_LANGUAGE: Final = {
    "name": "language",
    "in": "query",
    "description": "The language of the findings, before what `Accept-Language` says.",
    "schema": {"type": "string", "enum": list(LANGUAGES)},
}


def _api(settings: WebSettings) -> dict[str, Any]:
    report = {
        "description": "A report, or for several documents an array in their order.",
        "anyOf": [schema("Report"), {"type": "array", "minItems": 2, "items": schema("Report")}],
    }
    return {
        "/api/verify": {
            "post": operation(
                "verify",
                "Verify one document, or several that belong together",
                answers({200: json_of("What was found.", report)}, problems=_SENT),
                tag="verification",
                description=(
                    "The body is one document, a PDF or a picture that holds one or its code, or "
                    "the text of a link; or a form of files, which may refer to one another. Pages "
                    "of any origin may ask: nothing is kept, and no cookie is looked at. The words "
                    "of the findings are in the language asked for, or in the one that "
                    "`Accept-Language` prefers, or in English; their codes are the same in each."
                ),
                parameters=[_LANGUAGE],
                body=verifiable_bodies(settings),
            )
        }
    }


#: What the page's script did not send, as `JSON.stringify` writes it.
_LEFT_OUT: Final = {
    "type": "string",
    "description": "Names, sizes in bytes and places of files that were not sent, as JSON.",
    "pattern": r'^\[\{"place":[1-9][0-9]{0,2},"name":"[A-Za-z0-9._ -]{1,80}",'
    r'"size":[1-9][0-9]{0,9},"reason":"(large|room)"\}\]$',
}


def _pages(settings: WebSettings) -> dict[str, Any]:
    text = {"type": "string"}
    some = {**text, "pattern": r"\S"}
    form = _files(settings, required=False)
    form["properties"]["text"] = {**text, "description": "A link, or the text of a document."}
    form["anyOf"] = [{"required": ["file"]}, {"required": ["text"], "properties": {"text": some}}]
    link = {
        "type": "object",
        "required": ["link"],
        "properties": {"link": {**text, "maxLength": settings.max_link}},
        "additionalProperties": False,
    }
    return {
        "/": {
            "get": operation(
                "page",
                "The page on which people give a document",
                answers({200: page("The page.")}, pages=True),
                tag="pages",
            ),
            "post": operation(
                "page_with_answers",
                "The same page with the answer, for browsers without scripts",
                answers({200: page("The answers.")}, problems=_SENT, pages=True),
                tag="pages",
                body={
                    "multipart/form-data": form,
                    "application/x-www-form-urlencoded": {
                        "type": "object",
                        "required": ["text"],
                        "properties": {"text": some},
                        "additionalProperties": False,
                    },
                },
            ),
        },
        "/answers": {
            "post": operation(
                "answers_in_steps",
                "The answers step by step, as lines of JSON; the last holds a piece of the page",
                answers(
                    {200: answer("The steps.", {"application/x-ndjson": text})},
                    problems=_SENT,
                    pages=True,
                ),
                tag="pages",
                body={
                    "multipart/form-data": {
                        **_files(settings, required=False),
                        "properties": {**form["properties"], "text": some, "left_out": _LEFT_OUT},
                        "minProperties": 1,
                    }
                },
            )
        },
        "/check": {
            "post": operation(
                "check",
                "The answer to a link, as a piece of the page",
                answers({200: page("The answer.")}, problems=_SENT, pages=True),
                tag="pages",
                body={"application/json": link},
            )
        },
        "/about": {
            "get": operation(
                "about",
                "Who runs this verifier and what becomes of what people give",
                answers({200: page("The page.")}, pages=True),
                tag="pages",
            )
        },
        "/static/{filename}": {
            "get": operation(
                "static",
                "The page's style, script and mark",
                answers(
                    {
                        200: answer(
                            "The file.",
                            {"text/css": text, "text/javascript": text, "image/svg+xml": text},
                        )
                    },
                    problems=["not_found"],
                    negotiated=True,
                ),
                tag="pages",
                parameters=[
                    {
                        "name": "filename",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string", "examples": ["verifier.css"]},
                    }
                ],
            )
        },
    }
