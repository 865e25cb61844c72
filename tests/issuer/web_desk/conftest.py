"""A service with people at its desk."""

from __future__ import annotations

import pytest

from issuer.home import Home
from tests.issuer.web_desk.driver import Service


@pytest.fixture
def service(home: Home) -> Service:
    return Service(home)
