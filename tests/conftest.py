"""Fixtures that every floor's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import places


@pytest.fixture(scope="session")
def vectors() -> Path:
    """The outside vectors' folder, or a skip with its reason."""
    return places.vectors()
