"""Whatever is changed behind the program's back is found, and the first wrong entry named."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from issuer.audit import AuditLogs, Checked, check, sign_head
from issuer.home import Home
from keys.checkpoint import SignedCheckpoint
from tests.issuer.audit.logs import fill, recompute, tampering
from tests.issuer.homes import NOW, SLUG, copied, draft, issuing, opened

SIZE = 60
KEPT_AT = (20, 45)


@pytest.fixture(scope="module")
def grown(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a log of 60 entries; its checkpoints of 20 and 45 are signed."""
    folder = copied(prepared, tmp_path_factory.mktemp("grown") / "home")
    with opened(folder) as home:
        done = 1
        for size in (*KEPT_AT, SIZE):
            fill(home, size - done)
            done = size
            if size in KEPT_AT:
                sign_head(home, SLUG, at=NOW)
    return folder


@pytest.fixture(scope="module")
def kept(grown: Path) -> list[SignedCheckpoint]:
    with opened(grown) as home:
        found = [AuditLogs(home.store).checkpoint(SLUG, size) for size in KEPT_AT]
    return [one for one in found if one is not None]


def checked(
    grown: Path, spoil: Callable[[sqlite3.Connection], object], kept: list[SignedCheckpoint]
) -> Checked:
    """What is found after somebody wrote to the database; it is put back afterwards."""
    file = grown / "store.sqlite3"
    before = file.read_bytes()
    try:
        with tampering(grown) as connection:
            spoil(connection)
        with opened(grown) as home:
            return check(home, SLUG, kept=kept)
    finally:
        for name in ("-wal", "-shm"):
            file.with_name(file.name + name).unlink(missing_ok=True)
        file.write_bytes(before)


def nothing(_connection: sqlite3.Connection) -> None:
    """Nothing is changed."""


def test_an_untouched_log_is_in_order(grown: Path, kept: list[SignedCheckpoint]) -> None:
    found = checked(grown, nothing, [])
    assert (found.good, found.size, found.signed, found.kept) == (True, SIZE, 45, None)
    found = checked(grown, nothing, kept[:1])
    assert (found.good, found.kept) == (True, 20)


COLUMNS = ("at", "actor", "action", "subject", "digest", "leaf", "hash")


def spoiled(value: object, by: random.Random) -> object:
    if isinstance(value, bytes):
        at = by.randrange(len(value))
        return value[:at] + bytes([value[at] ^ 1 << by.randrange(8)]) + value[at + 1 :]
    if value is None:
        return "f" * 64
    text = str(value)
    if text[:4] == "2026":
        return text[:-6] + f"{(int(text[-6:]) + 1) % 1_000_000:06}"
    return text[:-1] + ("x" if text[-1] != "x" else "y")


def edited(column: str, number: int, by: random.Random) -> Callable[[sqlite3.Connection], None]:
    def spoil(connection: sqlite3.Connection) -> None:
        here = (SLUG, number)
        which = "WHERE institution = ? AND number = ?"
        (value,) = connection.execute(f"SELECT {column} FROM audit_entry {which}", here).fetchone()
        connection.execute(
            f"UPDATE audit_entry SET {column} = ? {which}", (spoiled(value, by), *here)
        )

    return spoil


SLOW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(
    column=st.sampled_from(COLUMNS),
    number=st.integers(0, SIZE - 1),
    by=st.randoms(use_true_random=False),
)
@SLOW
def test_an_edit_is_found_and_the_entry_named(
    grown: Path, kept: list[SignedCheckpoint], column: str, number: int, by: random.Random
) -> None:
    found = checked(grown, edited(column, number, by), kept)
    assert found.fault is not None
    assert found.fault.entry == number


@given(number=st.integers(0, SIZE - 1), count=st.integers(1, 5))
@SLOW
def test_a_deletion_is_found_and_the_first_missing_named(
    grown: Path, number: int, count: int
) -> None:
    def spoil(connection: sqlite3.Connection) -> None:
        connection.execute(
            "DELETE FROM audit_entry WHERE institution = ? AND number BETWEEN ? AND ?",
            (SLUG, number, number + count - 1),
        )

    found = checked(grown, spoil, [])
    assert found.fault is not None
    assert found.fault.entry == number
    assert "missing" in found.fault.differs


@given(pair=st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1)))
@SLOW
def test_two_entries_in_each_others_place_are_found(grown: Path, pair: tuple[int, int]) -> None:
    first, second = sorted(pair)

    def spoil(connection: sqlite3.Connection) -> None:
        for old, new in ((first, -1), (second, first), (-1, second)):
            connection.execute("UPDATE audit_entry SET number = ? WHERE number = ?", (new, old))

    found = checked(grown, spoil, [])
    if first == second:
        assert found.good
    else:
        assert found.fault is not None
        assert found.fault.entry == first


@given(number=st.integers(0, SIZE - 1), by=st.sampled_from(["edit", "delete", "swap", "cut"]))
@SLOW
def test_a_log_rewritten_with_everything_in_it_is_found_by_what_others_keep(
    grown: Path, kept: list[SignedCheckpoint], number: int, by: str
) -> None:
    def spoil(connection: sqlite3.Connection) -> None:
        match by:
            case "edit":
                connection.execute(
                    "UPDATE audit_entry SET actor = 'nobody' WHERE number = ?", (number,)
                )
            case "delete":
                connection.execute("DELETE FROM audit_entry WHERE number = ?", (number,))
            case "swap":
                other = (number + 1) % SIZE
                for old, new in ((number, -1), (other, number), (-1, other)):
                    connection.execute(
                        "UPDATE audit_entry SET number = ? WHERE number = ?", (new, old)
                    )
            case _:
                connection.execute("DELETE FROM audit_entry WHERE number >= ?", (number,))
        connection.execute("DELETE FROM audit_checkpoint")
        recompute(connection)

    found = checked(grown, spoil, kept)
    first = (number + 1) % SIZE if by == "swap" and number == SIZE - 1 else number
    if first >= KEPT_AT[-1]:
        assert found.good, "nobody kept anything that covers it"
        assert found.kept == KEPT_AT[-1]
        return
    assert found.fault is not None
    before = max((size for size in KEPT_AT if size <= first), default=0)
    # A cut log is named at its end; what else was rewritten lies behind the last that agrees.
    assert found.fault.entry == (first if by == "cut" else before)


SPOILS: dict[str, tuple[str, int | None, str]] = {
    "a size too large": ("UPDATE audit_tree SET size = size + 1", SIZE, "missing"),
    "a size too small": ("UPDATE audit_tree SET size = size - 1", SIZE - 1, "put in"),
    "no tree": ("DELETE FROM audit_tree", 0, "put in"),
    "another frontier": (
        "UPDATE audit_tree SET frontier = CAST(substr(frontier, 1, 32) || zeroblob(96) AS BLOB)",
        45,  # after what a checkpoint covers
        "goes on from",
    ),
    "an entry put in at the end": (
        "INSERT INTO audit_entry (institution, number, at, actor, action, subject, digest, leaf, "
        "hash) SELECT institution, number + 1, at, actor, action, subject, digest, leaf, hash "
        "FROM audit_entry WHERE number = 59",
        60,
        "number",
    ),
    "a hash of entries that are not there": (
        "INSERT INTO audit_node VALUES ('omnia', 8, 0, zeroblob(32))",
        0,
        "not there",
    ),
    "a checkpoint of another size": (
        "UPDATE audit_checkpoint SET size = 21 WHERE size = 20",
        None,
        "it is of 20",
    ),
    "a checkpoint that is none": (
        "UPDATE audit_checkpoint SET note = zeroblob(9) WHERE size = 20",
        None,
        "no signed note",
    ),
    "a checkpoint that is a text": (
        "UPDATE audit_checkpoint SET note = CAST(note AS TEXT) WHERE size = 20",
        None,
        "was changed",
    ),
    "a moment that is none": ("UPDATE audit_entry SET at = 'x' WHERE number = 9", 9, "be read"),
    "an entry that is a text": (
        "UPDATE audit_entry SET leaf = CAST(leaf AS TEXT) WHERE number = 9",
        9,
        "its bytes were changed",
    ),
    "a frontier that is a text": (
        "UPDATE audit_tree SET frontier = substr(frontier, 1, 32) || zeroblob(96)",
        None,
        "be read",
    ),
}


@pytest.mark.parametrize(("sql", "entry", "said"), SPOILS.values(), ids=SPOILS)
def test_what_is_kept_beside_the_entries_is_checked_too(
    grown: Path, sql: str, entry: int | None, said: str
) -> None:
    found = checked(grown, lambda connection: connection.execute(sql), [])
    assert found.fault is not None
    assert (found.fault.entry, said in found.fault.differs) == (entry, True), found.fault


def test_a_checkpoint_of_another_past_is_said(
    grown: Path, kept: list[SignedCheckpoint], prepared: Path, tmp_path: Path
) -> None:
    with opened(copied(prepared, tmp_path / "other")) as other:
        fill(other, 30)
        foreign = sign_head(other, SLUG, at=NOW)
    found = checked(grown, nothing, [*kept, foreign])
    assert found.fault is not None
    assert (found.fault.entry, found.kept) == (20, 45)
    assert "has another root" in found.fault.differs


def test_a_paper_that_no_entry_speaks_of_is_found(home: Home) -> None:
    issuing(home).issue(draft(), institution=SLUG)
    assert check(home, SLUG).good
    with tampering(home.folder) as connection:
        connection.execute("UPDATE document SET sha256 = ?", ("0" * 64,))
    fault = check(home, SLUG).fault
    assert fault is not None
    assert fault.entry is None
    assert "0" * 64 in fault.differs
