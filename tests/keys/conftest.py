"""What this floor's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from contexts.loader import ContextSet, bundled

EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
OUTSIDE = {
    EXAMPLES: "credentials-examples-v2.jsonld",
    "https://www.w3.org/2018/credentials/v1": "credentials-v1.jsonld",
    "https://w3id.org/citizenship/v4rc1": "citizenship/v4rc1.jsonld",
}


@pytest.fixture(scope="session")
def contexts(vectors: Path) -> ContextSet:
    """The bundled contexts and those that only the vectors name."""
    folder = vectors / "contexts"
    return bundled().including({url: (folder / name).read_bytes() for url, name in OUTSIDE.items()})
