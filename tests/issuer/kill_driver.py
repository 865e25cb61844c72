"""Does one thing in a home, and dies by SIGKILL at the point named: `HOME POINT [ACT [TOKEN]]`."""

from __future__ import annotations

import os
import secrets
import signal
import sys
from pathlib import Path

from issuer.home import Home
from issuer.status.correction import Correcting
from issuer.status.publication import Publication
from issuer.status.standing import Standings
from tests.issuer.homes import SLUG, draft, issuing, now, opened


def main(folder: str, wanted: str, act: str = "issue", token: str = "") -> None:
    def die(point: str) -> None:
        if point == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    with opened(Path(folder)) as home:
        _do(home, act, token, die)


def _do(home: Home, act: str, token: str, die: object) -> None:
    points = {"clock": now, "at_point": die}
    match act:
        case "issue":
            issuing(home, at_point=die).issue(draft(), institution=SLUG)
        case "issue ten":
            for number in range(10):
                issuing(home).issue(draft(f"{token}-{number}"), institution=SLUG)
        case "revoke":
            Standings(home, **points).revoke(token, reason="A mistake.")  # type: ignore[arg-type]
        case "supersede":
            correcting = Correcting(home, random=secrets.token_bytes, **points)  # type: ignore[arg-type]
            correcting.supersede(token, draft("Corrected"), reason="A wrong name.")
        case "publish":
            Publication(home, **points).keep_up(SLUG, all_of_them=True)  # type: ignore[arg-type]


if __name__ == "__main__":
    main(*sys.argv[1:])
