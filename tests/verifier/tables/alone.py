"""A transcript with no paper behind it, by an institution that the operator knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.chain_papers import Builder, Chain
from tests.verifier.tables.case import drop, every, put
from tests.world import World

__all__ = ["BARE", "alone"]

ALONE = drop("underMemorandum", "underAgreement", "underSpecification")


def alone(
    change: Callable[[Any], None] = put(),  # noqa: B008 (it holds nothing)
    *,
    prepare: Callable[[World], None] = lambda world: None,
    finish: Callable[[Any], None] | None = None,
    issuer: str = "omnia",
) -> Chain:
    """A transcript with no paper behind it, by a pinned institution."""
    builder = Builder(
        change={
            "transcript": every(ALONE, put({"mobility.hostInstitution": issuer}), change),
        },
        finish={"transcript": finish} if finish else None,
        issuers={"transcript": issuer},
        signers={"transcript": (issuer,)},
    )
    prepare(builder.world)
    chain = builder.build()
    chain.world.anchors = []
    chain.world.pinned = [issuer]
    return chain


#: Codes of a transcript with no paper behind it, by a pinned institution.
BARE = frozenset(
    {
        "issuer_recognised",
        "competence_vouched",
        "memorandum_none",
        "agreement_none",
        "units_consistent",
        "points_correct",
        "recognition_none",
    }
)
