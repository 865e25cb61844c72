"""What holds for the OpenAPI document of any of our services."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import schemathesis
from flask import Flask

from verifier.web.metrics import template_of

__all__ = ["documented", "references", "routed", "run_schemathesis"]

_CONFIG = Path(__file__).with_name("schemathesis.toml")


@schemathesis.deserializer("application/vc")
def _vc(context: schemathesis.DeserializationContext, response: schemathesis.Response) -> Any:
    """A signed document is JSON under a name of its own."""
    return json.loads(response.content)


def routed(app: Flask) -> dict[tuple[str, str], str]:
    """Every operation that the application answers, with the name of what answers."""
    return {
        (template_of(rule.rule), method.lower()): rule.endpoint
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def documented(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """Every operation that the document describes."""
    return {
        (path, method): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def references(node: Any) -> Iterator[str]:
    """Every `$ref` in the document."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)


def run_schemathesis(address: str, folder: Path, *arguments: str, examples: int = 100) -> None:
    """Ask the service at `address` everything that its document allows, and much that it does not.

    Fails with Schemathesis's own words. The same questions each time; `folder` is for its files.
    """
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(_CONFIG)),
        *("run", f"{address}/openapi.json", "--no-color"),
        *("--generation-deterministic", "--max-examples", str(examples)),
        *arguments,
    ]
    environment = {
        name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")
    }
    ran = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
