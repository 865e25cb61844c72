"""What decides whom this verifier recognises, as its receipts state it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contexts import strict_json
from contexts.documents import read
from contexts.documents.memorandum import MemorandumOfUnderstanding
from contexts.documents.trust_list import TrustList
from contexts.errors import DocumentError
from contexts.statements import digest_of
from verifier.trust import Trust
from verifier.web.plain import line

__all__ = ["lists_used"]


def lists_used(trust: Trust) -> tuple[Mapping[str, str], ...]:
    """Each list of the operator: its title and kind, and the digest of what is signed.

    What cannot be read vouches for nobody, and is not stated.
    """
    return tuple(_stated(trust))


def _stated(trust: Trust) -> Iterator[Mapping[str, str]]:
    if trust.pinned:
        yield {"title": line(trust.operator.name), "listKind": "OperatorsOwnList"}
    for authority in trust.authorities.values():
        yield {"title": line(authority.name), "listKind": "NamedAuthorityLists"}
    for body in trust.signed:
        try:
            plain = strict_json.parse(body)
            document = {name: value for name, value in plain.items() if name != "proof"}
            paper = read(document)
            digest = digest_of(document)
        except (DocumentError, AttributeError):
            continue
        match paper:
            case TrustList():
                kind = "SignedList"
            case MemorandumOfUnderstanding():
                kind = "SignedMemorandum"
            case _:
                continue
        yield {"title": line(paper.credential_subject.title), "listKind": kind} | {
            "statementsDigest": digest
        }
