"""Fixtures of this floor."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from issuer.home import Home
from tests.issuer import homes
from tests.issuer.conformance_suite import DEMO, Suite, serving
from tests.issuer.desk import Desk


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that nobody has open, to be copied."""
    folder = tmp_path_factory.mktemp("prepared") / "home"
    homes.make(folder).close()
    return folder


@pytest.fixture
def home(prepared: Path, tmp_path: Path) -> Iterator[Home]:
    """A home of the test's own, with one institution and one key."""
    with homes.opened(homes.copied(prepared, tmp_path / "home")) as mine:
        yield mine


@pytest.fixture
def desk(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    homes.copied(prepared, tmp_path / "home")
    monkeypatch.chdir(tmp_path)  # nothing that a command writes lands beside the tests
    return Desk(tmp_path)


@pytest.fixture(scope="session")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Suite]:
    """A running service of the conformance profile, with one context of its own."""
    folder = tmp_path_factory.mktemp("contexts")
    context = folder / "contexts.example" / "demo" / "v1.jsonld"
    context.parent.mkdir(parents=True)
    context.write_text(json.dumps(DEMO))
    with serving(folder) as running:
        yield running
