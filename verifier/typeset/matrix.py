"""A matrix of dark and light modules (a QR code) as a picture of lines that printers keep sharp."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from verifier.typeset.compiling import Picture

__all__ = ["Matrix", "matrix_picture"]

#: Rows of modules, dark ones true, with the light border that scanners need.
Matrix: TypeAlias = Sequence[Sequence[bool]]

_Corner = tuple[int, int]


def matrix_picture(matrix: Matrix) -> Picture:
    """An SVG of the matrix on white, one unit a module.

    Dark areas are drawn as whole outlines: drawn module by module, viewers would show hairs of
    white where two of them meet. Raises ValueError for a matrix that is not square or empty.
    """
    side = len(matrix)
    if side == 0 or any(len(row) != side for row in matrix):
        raise ValueError("got a matrix that is not square, expected as many rows as columns")
    path = "".join(_loop(corners) for corners in _outlines(matrix))
    return Picture(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
            f'<path fill="#fff" d="M0 0H{side}V{side}H0z"/>'
            f'<path fill="#000" fill-rule="evenodd" d="{path}"/></svg>'
        ).encode(),
        "svg",
    )


def _outlines(matrix: Matrix) -> list[list[_Corner]]:
    """The borders between dark and light as closed loops of corners."""
    onward: dict[_Corner, list[_Corner]] = {}
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if not dark:
                continue
            # Each side with a light neighbour, walked with the dark on the right.
            if y == 0 or not matrix[y - 1][x]:
                onward.setdefault((x, y), []).append((x + 1, y))
            if x + 1 == len(row) or not row[x + 1]:
                onward.setdefault((x + 1, y), []).append((x + 1, y + 1))
            if y + 1 == len(matrix) or not matrix[y + 1][x]:
                onward.setdefault((x + 1, y + 1), []).append((x, y + 1))
            if x == 0 or not row[x - 1]:
                onward.setdefault((x, y + 1), []).append((x, y))
    loops = []
    while onward:
        start = next(iter(onward))
        loop = [start]
        while True:
            ways = onward[loop[-1]]
            corner = ways.pop()
            if not ways:
                del onward[loop[-1]]
            if corner == start:
                break
            loop.append(corner)
        loops.append(loop)
    return loops


def _loop(corners: Sequence[_Corner]) -> str:
    """A closed path through the corners, without those on a straight line."""
    kept = [
        here
        for before, here, after in zip(
            [corners[-1], *corners[:-1]], corners, [*corners[1:], corners[0]], strict=True
        )
        if (before[0] == here[0]) != (here[0] == after[0])
    ]
    (x, y), *rest = kept
    steps = [f"M{x} {y}"]
    for to_x, to_y in rest:
        steps.append(f"V{to_y}" if to_x == x else f"H{to_x}")
        x, y = to_x, to_y
    return "".join(steps) + "z"
