"""The store: its tables, its durability, and what it says when it cannot be used."""

from __future__ import annotations

import sqlite3
import stat
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

import issuer.store
from issuer.errors import IssuerError
from issuer.store import Base, Document, DocumentState, Institution, Share, Store, schema

AT = datetime(2026, 11, 24, 10, 0, 0, 123456, tzinfo=UTC)


def institution(**more: Any) -> Institution:
    plain = {
        "slug": "omnia",
        "did": "did:web:issuer.example:omnia",
        "legal_name": "Omnia",
        "country": "FI",
        "created_at": AT,
    }
    return Institution(**{**plain, **more})


def document(**more: Any) -> Document:
    plain: dict[str, Any] = {
        "id": "0" * 32,
        "institution": "omnia",
        "idempotency_key": "row 1",
        "kind": "PersonalTranscript",
        "state": DocumentState.RESERVED,
        "draft_digest": "0" * 64,
        "draft": b"{}",
        "created_at": AT,
    }
    return Document(**{**plain, **more})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


@pytest.fixture
def store(file: Path) -> Any:
    opened = Store.open(file, create=True)
    with opened.write() as session:
        session.add(institution())
    yield opened
    opened.close()


def test_the_migrations_make_exactly_the_models(store: Store) -> None:
    with store.read() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrations_make_the_models_rules_too(store: Store) -> None:
    def rules(sql: str) -> set[str]:
        return {word for word in sql.replace("(", " ").split() if word.startswith("ck_")}

    with store.read() as session:
        made = session.scalars(text("SELECT sql FROM sqlite_master WHERE type = 'table'")).all()
    wanted = [str(CreateTable(table).compile()) for table in Base.metadata.sorted_tables]
    assert rules("\n".join(made)) == rules("\n".join(wanted)) != set()


def test_the_current_version_is_the_newest_migration() -> None:
    folder = Path(issuer.store.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_heads() == [schema.CURRENT]


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_the_tables_can_stand_on_postgresql(table: Any) -> None:
    assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))


@pytest.mark.skipif(sys.platform == "win32", reason="there are no POSIX modes")
def test_nobody_else_may_read_the_file_or_its_journals(store: Store, file: Path) -> None:
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in file.parent.iterdir()}
    assert modes.keys() == {file.name, f"{file.name}-wal", f"{file.name}-shm"}
    assert set(modes.values()) == {0o600}


def test_every_connection_is_durable_and_checks_references(store: Store) -> None:
    with store.write() as session:
        told = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(institution, id="the same institution"),
        pytest.param(lambda: institution(slug="other"), id="the same DID"),
        pytest.param(lambda: document(institution="nobody"), id="no such institution"),
        pytest.param(lambda: document(state=DocumentState.STORED), id="stored, nothing to sign"),
        pytest.param(
            lambda: document(state=DocumentState.SIGNED, draft=None, unsigned=b"{}"),
            id="signed, no signed bytes",
        ),
        pytest.param(lambda: document(draft=None), id="reserved, nothing asked"),
        pytest.param(lambda: document(published_at=AT), id="published too early"),
        pytest.param(
            lambda: Share(token="0" * 32, document="1" * 32, created_at=AT), id="share of nothing"
        ),
    ],
)
def test_a_record_that_cannot_be_is_refused(store: Store, record: Any) -> None:
    with pytest.raises(IssuerError) as caught, store.write() as session:
        session.add(record())
    assert caught.value.code == "store_conflict"


def test_a_key_of_idempotency_is_used_once_an_institution(store: Store) -> None:
    with store.write() as session:
        session.add(document())
    with pytest.raises(IssuerError) as caught, store.write() as session:
        session.add(document(id="1" * 32))
    assert caught.value.code == "store_conflict"
    with store.write() as session:
        session.add(institution(slug="other", did="did:web:issuer.example:other"))
        session.flush()
        session.add(document(id="1" * 32, institution="other"))


def test_a_change_that_fails_half_way_is_not_there(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as session:
        session.add(document())
        session.flush()
        raise ZeroDivisionError
    with store.read() as session:
        assert session.scalars(select(Document)).all() == []


@pytest.mark.parametrize(
    "moment",
    [AT, AT.astimezone(timezone(timedelta(hours=5, minutes=30)))],
    ids=["in UTC", "in another zone"],
)
def test_a_moment_comes_back_as_the_same_moment(store: Store, moment: datetime) -> None:
    with store.write() as session:
        session.add(document(created_at=moment))
    with store.read() as session:
        kept = session.scalars(select(Document.created_at)).one()
    assert kept == moment
    assert kept.tzinfo is UTC


def test_a_moment_without_zone_is_refused(store: Store) -> None:
    with pytest.raises(IssuerError), store.write() as session:
        session.add(document(created_at=AT.replace(tzinfo=None)))


def test_an_error_quotes_no_record(store: Store) -> None:
    with pytest.raises(IssuerError) as caught, store.write() as session:
        session.add(document(institution="nobody", idempotency_key="Xyzzy-Canary"))
    chain: BaseException | None = caught.value
    while chain is not None:
        assert "Canary" not in str(chain)
        chain = chain.__cause__


def test_a_reader_sees_what_is_written_and_writes_nothing(store: Store, file: Path) -> None:
    reader = Store.open(file, read_only=True)
    with store.write() as session:
        session.add(document())
    with reader.read() as session:
        assert len(session.scalars(select(Document)).all()) == 1
    with pytest.raises(IssuerError) as caught, reader.write() as session:
        session.add(document(id="1" * 32, idempotency_key="row 2"))
    assert caught.value.code == "store_unavailable"
    reader.close()


def made_by_another(file: Path, version: str) -> None:
    Store.open(file, create=True).close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [version])
        connection.commit()


@pytest.mark.parametrize(
    ("prepare", "how", "code"),
    [
        pytest.param(lambda file: None, {}, "no_store", id="no file"),
        pytest.param(lambda file: None, {"read_only": True}, "no_store", id="no file to read"),
        pytest.param(
            lambda file: file.write_bytes(b"no database" * 100),
            {},
            "store_unavailable",
            id="a file of something else",
        ),
        pytest.param(
            lambda file: file.touch(), {"read_only": True}, "store_outdated", id="no tables to read"
        ),
        pytest.param(
            lambda file: made_by_another(file, "9999"), {}, "store_newer", id="a newer program"
        ),
        pytest.param(
            lambda file: made_by_another(file, "9999"),
            {"read_only": True},
            "store_outdated",
            id="a newer program, to read",
        ),
    ],
)
def test_what_cannot_be_opened_says_why(file: Path, prepare: Any, how: Any, code: str) -> None:
    prepare(file)
    with pytest.raises(IssuerError) as caught:
        Store.open(file, **how)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "no url", "postgresql+nothing://x/y"]
)
def test_a_database_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(IssuerError) as caught:
        Store.open(url)
    assert caught.value.code == "bad_settings"


@pytest.mark.parametrize("name", ["with space", "q?mode=ro#x", "100%41", "öä"])
def test_a_folder_of_any_name_will_do(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    Store.open(folder / "store.sqlite3", create=True).close()
    assert [each.name for each in folder.iterdir()] == ["store.sqlite3"]
    assert [each.name for each in tmp_path.iterdir()] == [name]
