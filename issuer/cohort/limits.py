"""How much a sheet may hold: every limit, in one place."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SheetLimits"]


@dataclass(frozen=True, slots=True)
class SheetLimits:
    """Bounds on what is read from a sheet that somebody hands in.

    A class has tens of rows and a year's intake thousands. `unpacked_bytes` is that of all parts of
    an XLSX file together, which a small file can make very large.
    """

    file_bytes: int = 32 * 1024 * 1024
    unpacked_bytes: int = 256 * 1024 * 1024
    parts: int = 500
    rows: int = 20_000
    lines: int = 100_000
    columns: int = 200
    cell_characters: int = 8_000
    problems: int = 500
