"""From plain JSON to a closed model, or to a clear refusal.

The rules, in order:

1. The document's types name exactly one kind of paper (`PAPERS`).
2. It fits that paper's closed model: no unknown member, each with its one JSON shape.
3. Dates exist in the calendar.
4. Every node has an identity of its own: what belongs to the paper is a fragment of the paper's
   id, an outcome is a fragment of its unit's id, and no two nodes share one (nodes that share an
   id merge in RDF, and a signature would no longer bind points to units).
5. Positions in a list are unique, so that its order is part of what is signed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from contexts.documents.agreement import LearningAgreement
from contexts.documents.certificate import ExpertCertificate
from contexts.documents.evaluation import EvaluationReport
from contexts.documents.explain import explain
from contexts.documents.memorandum import MemorandumOfUnderstanding
from contexts.documents.recognition import QualificationCertificate, RecognitionStatement
from contexts.documents.specification import QualificationSpecification
from contexts.documents.transcript import PersonalTranscript
from contexts.documents.trust_list import TrustList
from contexts.errors import DocumentError

__all__ = ["PAPERS", "Paper", "paper_type", "read"]

Paper = (
    PersonalTranscript
    | ExpertCertificate
    | LearningAgreement
    | MemorandumOfUnderstanding
    | QualificationSpecification
    | RecognitionStatement
    | QualificationCertificate
    | EvaluationReport
    | TrustList
)

#: The kinds of paper by the type that names them.
PAPERS: dict[str, type[Paper]] = {
    model.__name__: model
    for model in (
        PersonalTranscript,
        ExpertCertificate,
        LearningAgreement,
        MemorandumOfUnderstanding,
        QualificationSpecification,
        RecognitionStatement,
        QualificationCertificate,
        EvaluationReport,
        TrustList,
    )
}


def paper_type(document: object) -> str | None:
    """The kind of paper that the document's types name, or None where it is none of ours.

    Raises DocumentError("several_papers") where they name more than one.
    """
    types = document.get("type") if isinstance(document, dict) else None
    names = [t for t in types if isinstance(t, str)] if isinstance(types, list) else [types]
    ours = [name for name in names if isinstance(name, str) and name in PAPERS]
    if len(ours) > 1:
        raise DocumentError(
            "several_papers", f"the document claims to be {' and '.join(ours)} at once", "$.type"
        )
    return ours[0] if ours else None


def read(document: object) -> Paper:
    """The paper that the document is. `proof` is not part of a paper: take it out first.

    Raises DocumentError: `unknown_paper`, or one of the codes of `explain`, or `bad_date`,
    `foreign_id`, `duplicate_id`, `duplicate_position`.
    """
    kind = paper_type(document)
    if kind is None:
        raise DocumentError(
            "unknown_paper",
            f"the document is none of the papers known here ({', '.join(sorted(PAPERS))})",
            "$.type",
        )
    model = PAPERS[kind]
    try:
        paper = msgspec.convert(document, model)
    except msgspec.ValidationError as error:
        raise explain(document, model, str(error)) from None
    _check_times(paper)
    _check_identities(document, paper.id)
    return paper


def _check_times(paper: Paper) -> None:
    for name, value in (("validFrom", paper.valid_from), ("validUntil", paper.valid_until)):
        if isinstance(value, str):
            try:
                datetime.fromisoformat(value)
            except ValueError:
                raise DocumentError(
                    "bad_date", f"got {value!r}, which is no date in the calendar", f"$.{name}"
                ) from None


def _check_identities(document: object, paper_id: str) -> None:
    seen: dict[str, str] = {}
    for node, path, owner in _nodes(document, "$", paper_id):
        identity = node["id"]
        if identity in seen:
            raise DocumentError(
                "duplicate_id",
                f"got the id {identity!r} a second time (first at {seen[identity]}); "
                "nodes that share an id would merge, expected an id of its own for each",
                f"{path}.id",
            )
        seen[identity] = path
        base, fragment, _ = identity.partition("#")
        if fragment and base not in {paper_id, owner}:
            raise DocumentError(
                "foreign_id",
                f"got the id {identity!r}, expected a fragment of {owner!r}",
                f"{path}.id",
            )


def _nodes(value: Any, path: str, owner: str) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Every node object with its path, and the id that its fragment ids belong to."""
    if isinstance(value, list):
        positions: set[str] = set()
        for index, item in enumerate(value):
            position = item.get("position") if isinstance(item, dict) else None
            if position is not None and position in positions:
                raise DocumentError(
                    "duplicate_position",
                    f"got position {position!r} twice in one list, expected each once",
                    f"{path}[{index}].position",
                )
            positions.add(str(position))
            yield from _nodes(item, f"{path}[{index}]", owner)
    elif isinstance(value, dict):
        if "id" in value:
            yield value, path, owner
            if "#" not in value["id"] and value["id"].startswith("http"):
                owner = value["id"]
        if isinstance(value.get("unit"), str):
            owner = value["unit"]  # a unit named by its address: its outcomes' ids are its
        for key, item in value.items():
            if isinstance(item, dict | list) and key != "@context":
                yield from _nodes(item, f"{path}.{key}", owner)
