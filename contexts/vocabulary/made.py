"""What is made from the table of terms and the models, and where it lies."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from contexts.documents import PAPERS
from contexts.schemas import schema_bytes
from contexts.vocabulary.table import read_terms
from contexts.vocabulary.writing import context_bytes, page_markdown, turtle

__all__ = ["made_files", "write_all"]

_FLOOR = Path(__file__).parent.parent
_MANIFEST = _FLOOR / "bundled" / "manifest.json"


def made_files() -> dict[Path, bytes]:
    """Every made file with the bytes that it must have."""
    terms = read_terms()
    docs = _FLOOR.parent / "docs"
    files = {
        _FLOOR / "bundled" / "ecvet-v1.jsonld": context_bytes(terms),
        _FLOOR / "vocabulary" / "ecvet.ttl": turtle(terms).encode(),
        docs / "vocabulary.md": page_markdown(terms).encode(),
    }
    for name in PAPERS:
        files[_FLOOR / "schemas" / f"{name}.json"] = schema_bytes(name)
    return files


def write_all() -> None:
    """Write every made file, and the context's SHA-256 into the manifest of bundled contexts."""
    files = made_files()
    for path, content in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    digest = hashlib.sha256(files[_FLOOR / "bundled" / "ecvet-v1.jsonld"]).hexdigest()
    manifest = json.loads(_MANIFEST.read_text("utf-8"))
    for entry in manifest["contexts"]:
        if entry["file"] == "ecvet-v1.jsonld":
            entry["sha256"] = digest
    _MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
