"""Where the tests find what nobody on this project wrote."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _shared(variable: str, folder: str) -> Path:
    named = os.environ.get(variable)
    place = Path(named) if named else ROOT.parent / "shared" / folder
    if not place.is_dir():
        pytest.skip(f"no outside {folder} here: set {variable} or put them at ../shared/{folder}")
    return place


def vectors() -> Path:
    """The folder of outside test vectors; skips the test, with a reason, where it is absent."""
    return _shared("ECVET_VECTORS", "vectors")


def shared_data() -> Path:
    """The folder of outside real data; skips the test, with a reason, where it is absent."""
    return _shared("ECVET_DATA", "data")
