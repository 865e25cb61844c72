"""Fixtures that every floor's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import places

# The command speaks the language of the terminal; tests read what it says in English.
os.environ["LC_ALL"] = "C.UTF-8"


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The outside vectors' folder, or a skip with its reason."""
    return places.vectors()
