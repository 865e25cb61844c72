"""Issues the test draft in a home, and dies by SIGKILL at the point named: `HOME POINT`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.issuer.homes import SLUG, draft, issuing, opened


def main(folder: str, wanted: str) -> None:
    def die(point: str) -> None:
        if point == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    with opened(Path(folder)) as home:
        issuing(home, at_point=die).issue(draft(), institution=SLUG)


if __name__ == "__main__":
    main(*sys.argv[1:])
