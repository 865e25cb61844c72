"""Hold the fast way to statements equal to the slow one: `python -m bench.equality --examples N`.

Documents are made at random: papers and other people's credentials with odd texts in them, and
then changed at random into documents that are still good, or odd, or bad. Wherever the compiled
walk answers, the slow way (expansion, then RDFC-1.0) has to give the same bytes: not other bytes,
and no refusal.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.papers import transcript
from contexts import compiled
from contexts.canonical import canonicalize
from contexts.errors import DocumentError
from contexts.expansion import to_quads
from contexts.loader import ContextSet, bundled

__all__ = ["changed_documents", "difference", "main", "slow_way", "transcripts"]

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
ECVET = "https://w3id.org/ecvet/v1"

#: Texts that have gone wrong somewhere: controls, escapes, marks of direction, odd line ends.
ODD_TEXTS = (
    *("", " ", "\x00", "\x1f", "\x7f", "\x80", "\x85", "\u2028", "\ufeff", "\u202e", "\uffff"),
    *("\\", '"', '\\"', "\\u0041", "a\nb\rc\td", "\U0001f393", "e\u0301", "é", "_:b0", "@id"),
    *("true", "1", "1.0E0", "<urn:x>", "] .", "\U0010ffff", "\ufdd0", "٣"),
)
ODD_IRIS = (
    *("urn:x", "urn:", "urn:a b", "urn:a%zz", "urn:a%20b", "urn:\u00e9", "urn:\u00a0", "urn:x#y#z"),
    *("https://a.example", "https://a.example/#x", "//a.example/x", "x", "#x", "", "_:b0", "a:#"),
    *("xsd:string", "cred:x", "did:web:a", "id:x", "type:x", "name:x", "@id", "@type", "@foo:x"),
    *("https:///x", "urn:\u200e", "urn:\ufffe", "urn:\x80", "urn:[x]", "urn:a|b", "Learner"),
)
ODD_NAMES = (
    *("@id", "@type", "@index", "@value", "@list", "@graph", "@context", "id", "type", "name"),
    *("Name", "gradeAverage", "https://schema.org/name", "urn:x", "xsd:x", "proof", "result", ""),
    *("note", "title", "amount", "achievement", "creditsAvailable", "allowedValue", "digest"),
)
CONTEXTS: tuple[Any, ...] = (
    [CREDENTIALS, ECVET],
    [CREDENTIALS, BADGES, ECVET],
    [CREDENTIALS, BADGES],
    [BADGES, CREDENTIALS],
    [CREDENTIALS, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"],
    ["https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json"],
    [CREDENTIALS, "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json", BADGES],
    [CREDENTIALS, "https://w3id.org/security/data-integrity/v2"],
    ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
    [CREDENTIALS, CREDENTIALS],
    [ECVET],
    CREDENTIALS,
    [],
    {},
    ["https://unknown.example/"],
)

_BADGE: dict[str, Any] = {
    "@context": [CREDENTIALS, BADGES],
    "id": "https://a.example/badge/1",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "A badge",
    "issuer": {"id": "did:web:a.example", "type": ["Profile"], "name": "A", "url": "urn:a"},
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {
        "id": "did:key:z6MkTest",
        "type": ["AchievementSubject"],
        "achievement": {
            "id": "https://a.example/achievements/1",
            "type": ["Achievement"],
            "name": "An achievement",
            "criteria": {"id": "https://a.example/criteria", "narrative": "All of it."},
            "alignment": [
                {
                    "id": "urn:a:1",
                    "type": ["Alignment"],
                    "targetName": "A skill",
                    "targetUrl": "https://a.example/skills/1",
                    "targetType": "ceasn:Competency",
                }
            ],
            "resultDescription": [
                {
                    "id": "urn:r:1",
                    "type": ["ResultDescription"],
                    "name": "Status",
                    "resultType": "Status",
                }
            ],
        },
        "result": [
            {"id": "urn:r:2", "type": ["Result"], "status": "Completed", "value": "done"},
        ],
    },
}
_OPTIONS: dict[str, Any] = {
    "@context": [CREDENTIALS, ECVET],
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-rdfc-2022",
    "created": "2026-01-01T00:00:00Z",
    "verificationMethod": "did:web:a.example#key-1",
    "proofPurpose": "assertionMethod",
}
_KEYS: dict[str, Any] = {
    "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
    "id": "did:web:a.example",
    "verificationMethod": [
        {
            "id": "did:web:a.example#key-1",
            "type": "Multikey",
            "controller": "did:web:a.example",
            "publicKeyMultibase": "z6MkTest",
        }
    ],
    "assertionMethod": ["did:web:a.example#key-1"],
}
_STATUS: dict[str, Any] = {
    "@context": [CREDENTIALS],
    "id": "https://a.example/status/1",
    "type": ["VerifiableCredential", "BitstringStatusListCredential"],
    "issuer": "did:web:a.example",
    "credentialSubject": {
        "id": "https://a.example/status/1#list",
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "encodedList": "uH4sIAAAAAAAAA",
    },
}
_TEXTS = st.one_of(
    st.sampled_from(ODD_TEXTS), st.text(max_size=12), st.just("the same text, often repeated")
)
_VALUES = st.one_of(
    _TEXTS,
    st.sampled_from(ODD_IRIS),
    st.sampled_from([None, True, 7, 1.5, {}, [], [[]], [None], "\ud800", {"Learner": "x"}]),
    st.sampled_from(ODD_IRIS).map(lambda iri: {"id": iri}),
    st.sampled_from(ODD_IRIS).map(lambda iri: {"id": iri, "type": "Learner"}),
    st.sampled_from(["@value", "@list", "@set", "@id"]).flatmap(
        lambda key: _TEXTS.map(lambda text: {key: text})
    ),
    st.lists(
        st.sampled_from(["VerifiableCredential", "Profile", "Result", "Achievement", "urn:t"])
    ),
)


def slow_way(document: dict[str, Any], contexts: ContextSet | None = None) -> bytes:
    """The statements by expansion and RDFC-1.0; raises DocumentError."""
    quads = to_quads(document, contexts=contexts or bundled())
    return canonicalize(quads).nquads.encode("utf-8")


def difference(document: dict[str, Any]) -> str | None:
    """What the compiled walk says otherwise than the slow way: None if nothing, or it declines."""
    walked = compiled.statements(document, bundled())
    if walked is None:
        return None
    try:
        expected = slow_way(document)
    except DocumentError as error:
        return f"the walk answers, the slow way refuses: {error.code}, {error}"
    if walked == expected:
        return None
    odd = set(walked.splitlines()) ^ set(expected.splitlines())
    return f"other statements: {sorted(odd)[:4]}"


def _places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for step, item in items:
        yield (*path, step)
        if isinstance(item, dict | list) and step != "@context":
            yield from _places(item, (*path, step))


def _around(document: Any, path: tuple[str | int, ...]) -> Any:
    for step in path[:-1]:
        document = document[step]
    return document


def _is_prose(path: tuple[str | int, ...]) -> bool:
    return path[-1] in {"statement", "title", "firstNames", "surnames", "grade", "method", "name"}


@st.composite
def transcripts(draw: st.DrawFn) -> dict[str, Any]:
    """Transcripts that are good, with odd texts in them and up to five units."""
    document = transcript(units=draw(st.integers(1, 5)))
    places = [path for path in _places(document) if _is_prose(path)]
    for path in draw(st.lists(st.sampled_from(places), max_size=12)):
        _around(document, path)[path[-1]] = draw(_TEXTS)
    return document


@st.composite
def changed_documents(draw: st.DrawFn) -> dict[str, Any]:
    """Documents of several kinds with up to four changes, good or bad."""
    base = draw(st.sampled_from([_BADGE, _OPTIONS, _KEYS, _STATUS, transcript(1)]))
    document = copy.deepcopy(base)
    if draw(st.integers(0, 3)) == 0:
        document["@context"] = copy.deepcopy(draw(st.sampled_from(CONTEXTS)))
    for _ in range(draw(st.integers(0, 4))):
        places = list(_places(document))
        if not places:
            break
        keywords = [path for path in places if path[-1] in {"id", "type"}]
        path = draw(st.sampled_from(places) | st.sampled_from(keywords or places))
        around = _around(document, path)
        draw(st.sampled_from(_CHANGES))(draw, document, around, path[-1])
    return document


def _value(draw: st.DrawFn) -> Any:
    return copy.deepcopy(draw(_VALUES))  # it may be changed by the next change


def _replace(draw: st.DrawFn, document: Any, around: Any, step: Any) -> None:
    around[step] = _value(draw)


def _remove(draw: st.DrawFn, document: Any, around: Any, step: Any) -> None:
    del around[step]


def _add(draw: st.DrawFn, document: Any, around: Any, step: Any) -> None:
    if isinstance(around, dict):
        around[draw(st.sampled_from(ODD_NAMES))] = _value(draw)
    else:
        around.append(_value(draw))


def _wrap(draw: st.DrawFn, document: Any, around: Any, step: Any) -> None:
    around[step] = draw(st.sampled_from([[around[step]], [around[step]] * 2, [[around[step]]]]))


def _move(draw: st.DrawFn, document: Any, around: Any, step: Any) -> None:
    source = draw(st.sampled_from(list(_places(document))))
    around[step] = copy.deepcopy(_around(document, source)[source[-1]])


_Change = Callable[[st.DrawFn, Any, Any, Any], None]
_CHANGES: tuple[_Change, ...] = (_replace, _replace, _remove, _add, _add, _wrap, _move)


def main(arguments: list[str] | None = None) -> int:
    """Compare, print how many were compared, and the smallest document that differs if one does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=10_000)
    number = parser.parse_args(arguments).examples
    found: Counter[str] = Counter()
    differing: list[tuple[dict[str, Any], str]] = []

    @settings(
        max_examples=number,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(transcripts(), changed_documents(), changed_documents()))
    def compare(document: dict[str, Any]) -> None:
        before = compiled.counted()["walked"]
        what = difference(document)
        found["walked" if compiled.counted()["walked"] > before else "declined"] += 1
        if sys.stderr.isatty() and found.total() % 500 == 0:
            print(f"\r{found.total():,} of {number:,}", end="", file=sys.stderr)
        if what is not None:
            differing.append((document, what))
            raise AssertionError(what)

    try:
        compare()
    except AssertionError:
        document, what = differing[-1]  # hypothesis shows the smallest last
        print(json.dumps(document, indent=1))
        print(what)
    print(
        f"{found.total():,} documents: {found['walked']:,} walked and compared, "
        f"{found['declined']:,} declined, {'one differs' if differing else 'none differs'}"
    )
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
