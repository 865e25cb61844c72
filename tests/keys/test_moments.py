"""Moments: the one form that is read, and the one that is written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.errors import KeysError
from keys.moments import read_moment, write_moment

NOW = datetime(2026, 3, 1, 12, 30, 15, tzinfo=UTC)


@given(
    moment=st.datetimes(
        timezones=st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
        min_value=datetime(2, 1, 1),
        max_value=datetime(9998, 12, 31),
    )
)
def test_moments_round_trip_to_the_second(moment: datetime) -> None:
    written = write_moment(moment)
    assert len(written) == 20
    assert read_moment(written, where="x") == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T12:30:15.5+01:00",
        "2026-03-01T12:30:15.123456789Z",
        "2026-03-01T12:30:15-14:00",
    ],
)
def test_moments_of_others_are_read(text: str) -> None:
    assert read_moment(text, where="x").utcoffset() is not None


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01t12:30:15Z",
        "2026-03-01T12:30:15z",
        "2026-03-01 12:30:15Z",
        "2026-03-01T12:30Z",
        "2026-03-01T12:30:15Z ",
        "2026-03-01T12:30:15Z\n",
        "2026-03-01T12:30:60Z",
        "2026-03-01T24:30:00Z",
        "2026-13-01T12:30:15Z",
        "0000-01-01T00:00:00Z",
        "2026-03-01T12:30:15+15:00",
        "2026-03-01T12:30:15+0100",
        "２０２６-03-01T12:30:15Z",
        "20260301T123015Z",
    ],
)
def test_no_moment(text: str) -> None:
    with pytest.raises(KeysError) as refusal:
        read_moment(text, where="x")
    assert refusal.value.code == "bad_time"
