"""From plain JSON to a closed model, or to a clear refusal.

The rules, in order:

1. The document's types name exactly one kind of paper (`PAPERS`).
2. It fits that paper's closed model: no unknown member, each with its one JSON shape.
3. Dates exist in the calendar.
4. Every node has an identity of its own: what belongs to the paper is a fragment of the paper's
   id, an outcome is a fragment of its unit's id, and no two nodes share one (nodes that share an
   id merge in RDF, and a signature would no longer bind points to units).
5. Positions in a list are unique, so that its order is part of what is signed.
6. A status entry says what its bits mean where its purpose is `message`, and only there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, TypeVar

import msgspec

from contexts.documents.agreement import LearningAgreement
from contexts.documents.base import UNSET, Node
from contexts.documents.certificate import ExpertCertificate
from contexts.documents.evaluation import EvaluationReport
from contexts.documents.explain import explain
from contexts.documents.memorandum import MemorandumOfUnderstanding
from contexts.documents.receipt import VerificationReceipt
from contexts.documents.recognition import QualificationCertificate, RecognitionStatement
from contexts.documents.references import StatusEntry
from contexts.documents.specification import QualificationSpecification
from contexts.documents.transcript import PersonalTranscript
from contexts.documents.trust_list import TrustList
from contexts.errors import DocumentError
from contexts.paths import ROOT, Place, render

__all__ = ["PAPERS", "Paper", "paper_type", "read", "read_as"]

_SUBJECT: Final = "$.credentialSubject"
#: Members that hold a point in time, whose pattern knows no calendar.
_TIMES: Final = {
    "valid_from": "validFrom",
    "valid_until": "validUntil",
    "verified_at": "verifiedAt",
    "validity_asked_at": "validityAskedAt",
}
_Model = TypeVar("_Model", bound=Node)

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
    | VerificationReceipt
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
        VerificationReceipt,
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
    return read_as(document, PAPERS[kind])


def read_as(document: object, model: type[_Model]) -> _Model:
    """The credential that the document is, as this closed model has it: rules 2 to 6.

    Raises DocumentError as `read` does, but for `unknown_paper`.
    """
    try:
        made = msgspec.convert(document, model)
    except msgspec.ValidationError as error:
        raise explain(document, model, str(error)) from None
    _check_times(made)
    _check_status(made)
    if isinstance(document, dict):  # as every document that fits a model is
        _Identities(document["id"]).node(document, ROOT, document["id"])
    return made


def _check_times(made: Node) -> None:
    for node, path in ((made, "$"), (getattr(made, "credential_subject", None), _SUBJECT)):
        for field, name in _TIMES.items():
            value = getattr(node, field, UNSET)
            if isinstance(value, str):
                _check_time(value, f"{path}.{name}")


def _check_time(value: str, path: str) -> None:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise DocumentError(
            "bad_date", f"got {value!r}, which is no date in the calendar", path
        ) from None


def _check_status(made: Node) -> None:
    for entry, path in _status_entries(made):
        explained = entry.status_message is not UNSET
        if entry.status_purpose == "message" and not explained:
            raise DocumentError(
                "missing_member", "'statusMessage' is missing, expected what the bits mean", path
            )
        if entry.status_purpose != "message" and explained:
            raise DocumentError(
                "unknown_member",
                f"got 'statusMessage' for {entry.status_purpose!r}, expected it for 'message' only",
                f"{path}.statusMessage",
            )


def _status_entries(made: Node) -> Iterator[tuple[StatusEntry, str]]:
    named = getattr(made, "credential_status", UNSET)
    if isinstance(named, StatusEntry):
        yield named, "$.credentialStatus"
    elif isinstance(named, list):
        for index, entry in enumerate(named):
            yield entry, f"$.credentialStatus[{index}]"


class _Identities:
    """One walk over a document's nodes: identities (rule 4) and positions (rule 5).

    Places are kept as `contexts.paths` keeps them, and written out only for an error.
    """

    __slots__ = ("_paper_id", "_seen")

    def __init__(self, paper_id: str) -> None:
        self._paper_id = paper_id
        self._seen: dict[str, Place] = {}

    def node(self, node: dict[str, Any], place: Place, owner: str) -> None:
        """Check a node and all below it; `owner` is whose fragments the ids here may be."""
        identity = node.get("id")
        if identity is not None:
            self._identity(identity, place, owner)
            if "#" not in identity and identity.startswith("http"):
                owner = identity
        unit = node.get("unit")
        if type(unit) is str:
            owner = unit  # a unit named by its address: its outcomes' ids are fragments of it
        for key, value in node.items():
            if type(value) is dict:
                self.node(value, (place, key), owner)
            elif type(value) is list and key != "@context":
                self._list(value, (place, key), owner)

    def _identity(self, identity: str, place: Place, owner: str) -> None:
        first = self._seen.setdefault(identity, place)
        if first is not place:
            raise DocumentError(
                "duplicate_id",
                f"got the id {identity!r} a second time (first at {render(first)}); "
                "nodes that share an id would merge, expected an id of its own for each",
                render((place, "id")),
            )
        base, fragment, _ = identity.partition("#")
        if fragment and base not in (owner, self._paper_id):
            raise DocumentError(
                "foreign_id",
                f"got the id {identity!r}, expected a fragment of {owner!r}",
                render((place, "id")),
            )

    def _list(self, items: list[Any], place: Place, owner: str) -> None:
        positions: set[str] = set()
        for index, item in enumerate(items):
            if type(item) is not dict:
                continue
            position = item.get("position")
            if position is not None:
                if position in positions:
                    raise DocumentError(
                        "duplicate_position",
                        f"got position {position!r} twice in one list, expected each once",
                        render(((place, index), "position")),
                    )
                positions.add(position)
            self.node(item, (place, index), owner)
