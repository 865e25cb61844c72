"""The papers that a paper rests on, gathered and examined, each once.

A reference is `{id, type, digest}`. What it leads to is taken from what was given together with
the document, then from copies, then from the address; memoranda and specifications are public,
agreements and transcripts are taken only where somebody gave them. Each is checked against its
digest and examined in turn. Depth, number and bytes are limited, and a document that leads back to
itself is refused. A paper does not rest on the one that it replaces, so that one is left out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache

from msgspec import inspect

from contexts.documents import Paper
from contexts.documents.base import Node
from verifier.errors import VerifierError
from verifier.examine import KINDS, Examined, examine
from verifier.fetch import DOCUMENT, FetchError
from verifier.languages import Phrase, clause
from verifier.policy import Policy
from verifier.report import Finding
from verifier.sources import Sources

__all__ = ["Chain", "Link", "LinkState", "Reference", "gather", "references_of"]

#: Kinds that anybody may fetch; the others are shown by their holders or not at all.
_PUBLIC = frozenset({"MemorandumOfUnderstanding", "QualificationSpecification"})


class LinkState(Enum):
    """What became of a reference."""

    GOOD = "good"
    NOT_SHOWN = "not_shown"
    UNREACHABLE = "unreachable"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    LOOP = "loop"
    OTHER_DOCUMENT = "other_document"
    WRONG_TYPE = "wrong_type"
    NOT_SOUND = "not_sound"


@dataclass(frozen=True, slots=True)
class Reference:
    """A tie to another paper, as a paper states it."""

    id: str
    type: str
    digest: str


@dataclass(frozen=True, slots=True)
class Link:
    """A reference with what it led to.

    `examined` is there where a document was found, `problem` a clause for people where it was not
    good.
    """

    reference: Reference
    state: LinkState
    examined: Examined | None = None
    problem: str = ""

    @property
    def paper(self) -> Paper | None:
        """The paper, if it may be relied on."""
        return self.examined.paper if self.examined and self.state is LinkState.GOOD else None


@dataclass(frozen=True, slots=True)
class Chain:
    """Everything gathered for one document, by the address that references use."""

    links: Mapping[str, Link] = field(default_factory=dict)
    others: tuple[Examined, ...] = ()

    def follow(self, reference: object) -> Link | None:
        """The link of a reference in a paper; None where the paper has no such reference."""
        identity = getattr(reference, "id", None)
        return self.links.get(identity) if isinstance(identity, str) else None


def references_of(node: object) -> Iterator[Reference]:
    """Every reference anywhere in a paper, in the order of its model."""
    if isinstance(node, list):
        for item in node:
            yield from references_of(item)
    elif isinstance(node, Node):
        digest = getattr(node, "digest", None)
        if isinstance(digest, str):
            yield Reference(getattr(node, "id"), getattr(node, "type"), digest)  # noqa: B009
            return
        for name in _ways(type(node)):
            yield from references_of(getattr(node, name))


@cache
def _ways(model: type[Node]) -> tuple[str, ...]:
    """The members of a model through which a reference can be reached; most have none."""
    described = inspect.type_info(model)
    if not isinstance(described, inspect.StructType):  # pragma: no cover - nodes are structs
        return ()
    return tuple(one.name for one in described.fields if _leads(one.type))


def _leads(wanted: inspect.Type) -> bool:
    match wanted:
        case inspect.Metadata():
            return _leads(wanted.type)
        case inspect.ListType():
            return _leads(wanted.item_type)
        case inspect.StructType():
            names = {one.name for one in wanted.fields}
            return "digest" in names or bool(_ways(wanted.cls))
    return False


def gather(root: Examined, *, sources: Sources, policy: Policy) -> Chain:
    """The chain behind a document whose signatures hold."""
    gathering = _Gathering(sources, policy)
    if root.paper is not None:
        gathering.below(root.paper, (root.paper.id,))
    return Chain(gathering.links)


class _Gathering:
    """One walk along the references, the nearest papers first, each address once."""

    def __init__(self, sources: Sources, policy: Policy) -> None:
        self._sources = sources
        self._policy = policy
        self._bytes = 0
        self.links: dict[str, Link] = {}

    def below(self, paper: Paper, way: tuple[str, ...]) -> None:
        """Gather what a paper refers to; `way` is how we came here, from the root."""
        waiting = deque([(paper, way)])
        while waiting:
            paper, way = waiting.popleft()
            replaced = getattr(paper.credential_subject, "supersedes", None)
            for reference in references_of(paper):
                if reference.id == getattr(replaced, "id", None):
                    continue
                known = self.links.get(reference.id)
                if reference.id in way:
                    problem = Phrase("{paper} leads back to itself", paper=reference.id)
                    self.links[reference.id] = Link(reference, LinkState.LOOP, problem=problem)
                elif known is None:
                    link = self._link(reference, len(way))
                    self.links[reference.id] = link
                    if link.paper is not None:
                        waiting.append((link.paper, (*way, reference.id)))
                elif known.reference != reference and known.state is LinkState.GOOD:
                    problem = Phrase("two papers of this chain name different versions of it")
                    self.links[reference.id] = Link(
                        known.reference, LinkState.OTHER_DOCUMENT, known.examined, problem
                    )

    def _link(self, reference: Reference, depth: int) -> Link:
        if depth > self._policy.chain_depth or len(self.links) >= self._policy.chain_documents:
            return Link(
                reference, LinkState.TOO_MANY, problem=Phrase("the chain of papers is too long")
            )
        body = self._body(reference)
        if isinstance(body, Link):
            return body
        self._bytes += len(body)
        if self._bytes > self._policy.chain_bytes:
            return Link(
                reference, LinkState.TOO_LARGE, problem=Phrase("the papers are too large together")
            )
        examined = examine(body, sources=self._sources, policy=self._policy)
        return _judged(reference, examined)

    def _body(self, reference: Reference) -> bytes | Link:
        try:
            if reference.type in _PUBLIC:
                limit = self._policy.document_bytes
                return self._sources.get(reference.id, accept=DOCUMENT, limit=limit).body
            at_hand = self._sources.at_hand(reference.id)
        except FetchError as error:
            large = error.code == "too_large"
            state = LinkState.TOO_LARGE if large else LinkState.UNREACHABLE
            return Link(reference, state, problem=clause(error.message))
        except VerifierError as error:
            return Link(reference, LinkState.UNREACHABLE, problem=clause(error.message))
        return at_hand if at_hand is not None else Link(reference, LinkState.NOT_SHOWN)


def _judged(reference: Reference, examined: Examined) -> Link:
    """Hold what was found against what was referred to."""
    paper = examined.paper
    if examined.foreign is not None:
        problem = Phrase(
            "it is a credential of another kind, not a {expected}", expected=KINDS[reference.type]
        )
        return Link(reference, LinkState.WRONG_TYPE, examined, problem)
    if paper is None:
        said = examined.terms or examined.format
        return Link(
            reference,
            LinkState.NOT_SOUND,
            examined,
            Phrase("it cannot be read: “{title}”", title=_title(said)),
        )
    if type(paper).__name__ != reference.type:
        problem = Phrase(
            "it is a {kind}, not a {expected}",
            kind=KINDS[type(paper).__name__],
            expected=KINDS[reference.type],
        )
        return Link(reference, LinkState.WRONG_TYPE, examined, problem)
    if paper.id != reference.id or examined.digest != reference.digest:
        problem = Phrase("it was changed or replaced after it was referred to")
        return Link(reference, LinkState.OTHER_DOCUMENT, examined, problem)
    if not examined.sound:
        said = examined.signatures.findings[0] if examined.signatures else Finding("unsigned")
        return Link(
            reference,
            LinkState.NOT_SOUND,
            examined,
            Phrase("its signatures fail: “{title}”", title=_title(said)),
        )
    return Link(reference, LinkState.GOOD, examined)


def _title(finding: Finding) -> str:
    return finding.words().title
