"""How it is measured: one core, interleaved rounds, medians and their spread."""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

__all__ = ["Measured", "interleaved", "pin_to_one_core"]


@dataclass(frozen=True, slots=True)
class Measured:
    """Runs a second over the rounds: the median, and the distance of the middle half."""

    per_second: float
    spread: float


def pin_to_one_core() -> None:
    """Stay on one core, so that rounds can be compared."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def interleaved(
    tasks: Mapping[str, Callable[[], object]], *, rounds: int, seconds: float
) -> dict[str, Measured]:
    """Run every task for `seconds` in each of `rounds`, one after the other in turn."""
    rates: dict[str, list[float]] = {name: [] for name in tasks}
    for task in tasks.values():
        task()
    for _ in range(rounds):
        for name, task in tasks.items():
            gc.collect()
            runs, begun = 0, time.perf_counter()
            while (spent := time.perf_counter() - begun) < seconds:
                task()
                runs += 1
            rates[name].append(runs / spent)
    return {name: _measured(found) for name, found in rates.items()}


def _measured(rates: list[float]) -> Measured:
    if len(rates) < 2:
        return Measured(rates[0], 0.0)
    low, _, high = statistics.quantiles(rates, n=4)
    return Measured(statistics.median(rates), high - low)
