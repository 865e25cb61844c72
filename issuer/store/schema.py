"""The tables' version: told from the database, and brought up to date by the migrations."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from issuer.errors import IssuerError

__all__ = ["CURRENT", "is_current", "require_current", "upgrade"]

CURRENT = "0009"
"""The newest migration; a test holds it equal to what the migrations' folder says."""


def is_current(connection: Connection) -> bool:
    """Say whether the database has the tables of this program."""
    return _version(connection) == CURRENT


def require_current(connection: Connection) -> None:
    """Raise `IssuerError("store_outdated")` unless the tables are those of this program."""
    if not is_current(connection):
        raise IssuerError(
            "store_outdated",
            "The database has the tables of another version of this program: "
            "open it once with the issuer, which brings them up to date.",
        )


def upgrade(connection: Connection) -> None:
    """Bring the tables up to date within the connection's transaction.

    Raises `IssuerError("store_newer")` for a database that a newer program has made.
    """
    # Imported here: nearly every start finds the tables current and needs none of it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise IssuerError(
            "store_newer",
            "The database was made by a newer version of this program: use that one.",
        ) from error


_MIGRATIONS = Path(__file__).parent / "migrations"


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)
