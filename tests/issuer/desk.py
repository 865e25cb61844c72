"""A desk at which the commands are run, and how they refuse."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from issuer.cli import main
from tests.issuer.homes import PASSPHRASE, SLUG

USAGE = 64


@dataclass(frozen=True)
class Desk:
    """A folder with a home in it and a draft beside it, and the commands run there."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def run(self, *words: str | Path, passphrase: str | None = PASSPHRASE) -> Result:
        env = {"ECVET_HOME": str(self.home), "ECVET_PASSPHRASE": passphrase}
        result = CliRunner(env={**env, "ECVET_PASSPHRASE_FILE": None, "DATABASE_URL": None}).invoke(
            main, [str(word) for word in words]
        )
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    def file(self, name: str, content: object) -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    def records(self) -> list[tuple[str, str]]:
        """The state and the id of each key of the institution, as `keys list` prints them."""
        told = self.run("keys", "list", SLUG).stdout
        return re.findall(r"^  (\w+) +\S+ +\d{4}-\d\d-\d\d +(\w+)$", told, re.MULTILINE)


def refused(result: Result, code: str) -> str:
    """One clean sentence with its code, on the error output, and exit code 1."""
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: ")
    assert line.endswith(f"[{code}]")
    return line


def misused(result: Result) -> str:
    assert result.exit_code == USAGE, result.output
    assert result.stderr.startswith("Usage: ")
    return result.stderr
