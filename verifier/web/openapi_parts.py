"""The pieces from which both services' OpenAPI documents are put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from verifier.report import software
from verifier.web.problems import MEDIA_TYPE, PROBLEMS, type_of

__all__ = [
    "PROBLEM_SCHEMA",
    "answer",
    "answers",
    "document",
    "json_of",
    "operation",
    "page",
    "refusal",
    "schema",
    "service_paths",
]

Json = dict[str, Any]

PROBLEM_SCHEMA: Final[Json] = {
    "type": "object",
    "description": "What went wrong, as RFC 9457 has it. `code` is stable, one for each `type`.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": [type_of("not_found")]},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string"},
        "code": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "examples": list(PROBLEMS)},
        "errors": {
            "type": "array",
            "description": "The single faults, where there are several.",
            "items": {"type": "object"},
        },
    },
    "additionalProperties": False,
}


def schema(name: str) -> Json:
    """A reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def answer(description: str, media: Mapping[str, Json]) -> Json:
    """An answer with its media types and their schemas."""
    return {
        "description": description,
        "content": {kind: {"schema": shape} for kind, shape in media.items()},
    }


def json_of(description: str, shape: Json) -> Json:
    """An answer in JSON."""
    return answer(description, {"application/json": shape})


def page(description: str) -> Json:
    """An answer that is a page."""
    return answer(description, {"text/html": {"type": "string"}})


def refusal(description: str) -> Json:
    """An answer with problem details whose codes the description tells."""
    return answer(description, {MEDIA_TYPE: schema("Problem")})


def answers(
    good: Mapping[int, Json],
    *,
    problems: Iterable[str] = (),
    pages: bool = False,
    negotiated: bool = False,
) -> Json:
    """The answers of an operation: the good ones, and the problems with these codes.

    A fault of ours is among them always. `pages`: people alone ask, so a page says it;
    `negotiated`: a page for whoever would rather read HTML.
    """
    found: dict[str, Json] = {str(status): one for status, one in good.items()}
    for code in dict.fromkeys((*problems, "internal_error")):
        kind = PROBLEMS[code]
        media: dict[str, Json] = {} if pages else {MEDIA_TYPE: schema("Problem")}
        if pages or negotiated:
            media["text/html"] = {"type": "string"}
        found[str(int(kind.status))] = answer(f"`{code}`: {kind.meaning}", media)
    return dict(sorted(found.items()))


def operation(
    name: str,
    summary: str,
    responses: Json,
    *,
    tag: str,
    description: str = "",
    parameters: Sequence[Json] = (),
    body: Mapping[str, Json] | None = None,
    security: Sequence[Json] | None = None,
) -> Json:
    """One operation; `body` maps media types to schemas, and one of them must be sent."""
    made: Json = {"operationId": name, "tags": [tag], "summary": summary}
    if description:
        made["description"] = description
    if parameters:
        made["parameters"] = list(parameters)
    if body is not None:
        made["requestBody"] = {
            "required": True,
            "content": {kind: {"schema": shape} for kind, shape in body.items()},
        }
    if security is not None:
        made["security"] = list(security)
    made["responses"] = responses
    return made


def service_paths(name: str, *, problems: Sequence[str] = ()) -> Json:
    """The paths that both services have; `name` is the member of the health's answer that says
    which software runs, `problems` are the codes with which that answer may fail.
    """
    health = {
        "type": "object",
        "required": ["status", name],
        "properties": {
            "status": {"const": "ok"},
            name: {"type": "string", "examples": [software()]},
        },
        "additionalProperties": False,
    }
    return {
        "/healthz": {
            "get": operation(
                "health",
                "Whether the service can answer",
                answers({200: json_of("It can.", health)}, problems=problems),
                tag="service",
            )
        },
        "/metrics": {
            "get": operation(
                "metrics",
                "Counts and durations, in Prometheus' text format",
                answers(
                    {
                        200: answer(
                            "Counters by route template; nothing of what was asked.",
                            {"text/plain": {"type": "string"}},
                        )
                    }
                ),
                tag="service",
            )
        },
        "/openapi.json": {
            "get": operation(
                "openapi",
                "This document",
                answers({200: json_of("OpenAPI 3.1.", {"type": "object"})}),
                tag="service",
            )
        },
    }


def document(
    title: str,
    description: str,
    *,
    paths: Json,
    schemas: Mapping[str, Json],
    tags: Mapping[str, str],
    security_schemes: Mapping[str, Json] | None = None,
) -> Json:
    """The whole document, for the version of this software."""
    components: Json = {"schemas": {**schemas, "Problem": PROBLEM_SCHEMA}}
    if security_schemes:
        components["securitySchemes"] = dict(security_schemes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": software().partition("/")[2],
            "description": description,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": words} for name, words in tags.items()],
        "paths": dict(sorted(paths.items())),
        "components": components,
    }
