"""Opening the database: durable, with the tables of this version, or not at all."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from issuer.errors import IssuerError
from issuer.store import schema
from issuer.store.audit_appending import SIGNER, HeadSigner, keep_logs

__all__ = ["Store"]

_BUSY_SECONDS = 10.0
"""How long a writer waits for another one before it gives up."""
_LOST_RACES = frozenset({"40001", "40P01"})
"""PostgreSQL: a serialisation failure, a deadlock."""
_HELD = {"key_share": True}
"""PostgreSQL's `FOR NO KEY UPDATE`: rows that refer to the held one can still be added."""
_TURN = 0x65637665  # "ecve"
"""The number of the lock under which one process at a time changes the tables."""
_CONNECT_SECONDS = 10


class Store:
    """The records, in short transactions.

    A transaction is on the disk when `write` returns (SQLite: WAL, `synchronous=FULL`), or it
    has not happened. Every failure of the database is an `IssuerError`: `store_conflict` (a
    record like it exists), `store_unavailable` (locked, full, unreadable), `store_vanished` (the
    file was moved or removed while open).
    """

    def __init__(self, engine: Engine, file: Path | None) -> None:
        self._reader = engine
        self._writer = engine.execution_options(writes=True)
        self._writing: type[Session] = _LoggingSession
        self.head_signer: HeadSigner | None = None
        """Signs the heads of audit logs as they grow; None leaves them unsigned."""
        if file is None:
            self._reader = engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            self._writing = _HoldingSession
        self._file = file
        self._identity = _identity(file)

    @classmethod
    def open(cls, location: Path | str, *, create: bool = False, read_only: bool = False) -> Store:
        """Open the database at `location`: a SQLite file, or a database URL.

        `create` makes a file that is not there. Tables of an older version are brought up to
        date, unless `read_only`. Raises `IssuerError`: `no_store`, `store_unavailable`,
        `store_outdated` (read-only, and older than this program), `store_newer`, `bad_settings`
        (a URL that no driver here understands).
        """
        file = location if isinstance(location, Path) else _file_of(location)
        if file is None:
            engine = _server_engine(str(location), read_only=read_only)
        else:
            _require(file, create=create)
            engine = _file_engine(file, read_only=read_only)
        store = cls(engine, file)
        try:
            if read_only:
                with store._transaction(store._reader) as session:
                    schema.require_current(session.connection())
            else:
                store._upgrade()
        except IssuerError:
            store.close()
            raise
        return store

    @property
    def file(self) -> Path | None:
        """The SQLite file; None where a database server keeps the records."""
        return self._file

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent view of the records."""
        with self._transaction(self._reader) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One change: all of it is kept, or none.

        What `session.get` finds is held until then, so that it may be looked at and then changed:
        SQLite has one writer at a time, a database server holds the row. Rows that are found in
        another way, and are changed depending on what they say, need `with_for_update()`.
        """
        with self._transaction(self._writer, self._writing) as session:
            yield session

    def empty_journal(self) -> None:
        """Bring what was written into the file itself, so that nothing erased lies beside it.

        As far as no reader is in the way; a database server does this by itself.
        """
        if self._file is None:
            return
        try:
            with closing(sqlite3.connect(self._file, timeout=_BUSY_SECONDS)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise _unavailable(error) from error

    def close(self) -> None:
        """Let go of every connection."""
        self._reader.dispose()

    def _upgrade(self) -> None:
        with self._transaction(self._reader) as session:
            if schema.is_current(session.connection()):
                return
        with self._transaction(self._writer) as session:
            if self._file is None:
                session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _TURN})
            # Asked again: another process may have done it while this one waited for its turn.
            if not schema.is_current(session.connection()):
                schema.upgrade(session.connection())

    @contextmanager
    def _transaction(self, engine: Engine, kind: type[Session] = Session) -> Iterator[Session]:
        # An open connection goes on writing to a file that was removed or replaced, and all that
        # it writes is lost with it: so the file is looked at first.
        if _identity(self._file) != self._identity:
            raise IssuerError(
                "store_vanished",
                "The database file was moved, replaced or removed while it was open: "
                "put it back and start again.",
            )
        try:
            info = {SIGNER: self.head_signer}
            with kind(engine, expire_on_commit=False, info=info) as session, session.begin():
                yield session
        except IntegrityError as error:
            raise IssuerError(
                "store_conflict", "The database holds a record that excludes this one."
            ) from error
        except SQLAlchemyError as error:
            if getattr(getattr(error, "orig", None), "sqlstate", None) in _LOST_RACES:
                raise IssuerError(
                    "store_conflict", "Another worker changed the same records: ask again."
                ) from error
            raise _unavailable(error) from error


class _LoggingSession(Session):
    """Appends to the audit logs what its transaction does."""


keep_logs(_LoggingSession)


class _HoldingSession(_LoggingSession):
    """Holds what it gets until the transaction ends, but lets others refer to it."""

    def get(self, entity: Any, ident: Any, **more: Any) -> Any:
        """The row with that primary key, which nobody else changes now."""
        if more.get("with_for_update") is None:  # as `get_one` asks for
            more["with_for_update"] = _HELD
        return super().get(entity, ident, **more)


def _unavailable(error: Exception) -> IssuerError:
    reason = str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]
    return IssuerError(
        "store_unavailable",
        f"The database cannot be used ({reason}): nothing was changed, try again.",
    )


def _identity(file: Path | None) -> tuple[int, int] | None:
    if file is None:
        return None
    try:
        found = file.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino)


def _file_of(url: str) -> Path | None:
    """The file of a SQLite URL; None for a database server."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise IssuerError("bad_settings", "The database URL cannot be read.") from error
    if parsed.get_backend_name() != "sqlite":
        return None
    if not parsed.database or parsed.database == ":memory:":
        raise IssuerError("bad_settings", "A SQLite database URL must name a file.")
    return Path(parsed.database)


def _require(file: Path, *, create: bool) -> None:
    if file.is_file():
        return
    if not create:
        raise IssuerError("no_store", f"There is no database at {file}.")
    try:
        # Made before SQLite does: with no access for others, which its journals then inherit.
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise IssuerError(
            "store_unavailable", f"No database can be made at {file}: {error.strerror}."
        ) from error


def _file_engine(file: Path, *, read_only: bool) -> Engine:
    mode = "ro" if read_only else "rw"
    address = f"file:{quote(str(file.absolute()))}?mode={mode}"

    def connect() -> sqlite3.Connection:
        # `isolation_level=None`: the driver begins nothing by itself, `begin` below does.
        connection = sqlite3.connect(
            address,
            uri=True,
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute(f"PRAGMA busy_timeout = {int(_BUSY_SECONDS * 1000)}")
            connection.execute("PRAGMA foreign_keys = ON")
            if read_only:
                connection.execute("PRAGMA query_only = ON")
            else:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                # What is erased is overwritten, and does not stay behind in a free page.
                connection.execute("PRAGMA secure_delete = ON")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes its turn at once: one that read first and then wanted to write could
        # find that its view is stale, and would fail without waiting.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _server_engine(url: str, *, read_only: bool) -> Engine:
    options: dict[str, Any] = {"postgresql_readonly": True} if read_only else {}
    make: Callable[..., Engine] = create_engine
    named = make_url(url)
    if named.drivername in {"postgresql", "postgres"}:
        # As operators write it; the driver is ours to know.
        named = named.set(drivername="postgresql+psycopg")
    try:
        return make(
            named,
            hide_parameters=True,
            pool_pre_ping=True,
            execution_options=options,
            connect_args={"connect_timeout": _CONNECT_SECONDS},
        )
    except (SQLAlchemyError, ImportError) as error:
        raise IssuerError(
            "bad_settings",
            f"No driver for this database is installed ({type(error).__name__}).",
        ) from error
