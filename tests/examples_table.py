"""What each example says, written down once: the tests of every floor compare with this."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from issuer.draft import complete
from issuer.errors import IssuerError
from tests.places import ROOT

__all__ = [
    "EXAMPLES",
    "EXPECTED",
    "INSTITUTIONS",
    "Example",
    "example_did",
    "example_document",
    "example_draft",
]

EXAMPLES = ROOT / "examples"
INSTITUTIONS: dict[str, dict[str, str]] = json.loads(
    (EXAMPLES / "institutions.json").read_text(encoding="utf-8")
)

_CERTIFICATE = "ExpertCertificate"
_TRANSCRIPT = "PersonalTranscript"


@dataclass(frozen=True, slots=True)
class Example:
    """One example: its kind of paper, how many units, the total (None: no points), and who."""

    kind: str
    units: int
    total: str | None
    holder: str
    issuer: str
    verdict: str = "verified"


#: By the draft's file name without `.json`.
EXPECTED = {
    "creatuse-creativity-sharable-policy": Example(
        _CERTIFICATE, 2, None, "Ελένη Παπαδοπούλου", "bari-institute"
    ),
    "finland-omnia-business": Example(_TRANSCRIPT, 2, "30", "Kätlin Õunapuu", "omnia"),
    "germany-dual-system": Example(_TRANSCRIPT, 3, None, "Jörn Weißmüller", "odense-technical"),
    "innovativet-inclusive-disruptive-learning": Example(
        _CERTIFICATE, 3, None, "Łukasz Wiśniewski", "turku-institute"
    ),
    "ireland-efcd-community-development": Example(
        _TRANSCRIPT, 4, None, "Ștefania Brânzei", "cork-communities"
    ),
    "iv4j-european-innovator-in-vet": Example(
        _CERTIFICATE, 3, None, "Anneliese Größmann", "rhein-main-academy"
    ),
    "netherlands-defence": Example(_TRANSCRIPT, 3, None, "Daniël Sjoerd Hoekstra", "nl-defence"),
    "netherlands-logistics": Example(  # the demonstration trusts nobody who vouches for it
        _TRANSCRIPT, 3, None, "Zeynep Yıldırım", "maas-logistics", "verified_with_remarks"
    ),
    "netherlands-provoet": Example(_TRANSCRIPT, 1, None, "Renée Dijkstra-Çelik", "provoet"),
    "netherlands-stoof": Example(_TRANSCRIPT, 3, None, "Agnieszka Wójcik", "stoof"),
    "vet4startup-start-up-adviser": Example(
        _CERTIFICATE, 3, None, "Siobhán Ní Dhonnchadha", "wolverhampton-college"
    ),
}


def example_draft(name: str) -> dict[str, Any]:
    """The draft as its author wrote it."""
    return json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def example_did(slug: str) -> str:
    """The DID that an example institution has in tests; IssuerError for an unknown name."""
    if slug not in INSTITUTIONS:
        raise IssuerError("unknown_institution", f"no example institution is called {slug!r}")
    return f"did:web:issuer.example:{slug}"


def _described(slug: str) -> dict[str, Any]:
    return {"id": example_did(slug), "type": "CompetentInstitution", **INSTITUTIONS[slug]}


def example_document(name: str) -> dict[str, Any]:
    """The draft, with the institutions that it lists described, completed as issuing would."""
    draft = example_draft(name)
    issuer = _described(draft["issuer"])
    if EXPECTED[name].kind == "ExpertCertificate":
        issuer["type"] = ["Profile", "CompetentInstitution"]
        issuer |= {"name": issuer["legalName"], "url": "https://issuer.example/about"}
    return complete(
        draft,
        document_id=f"https://issuer.example/credentials/{name}",
        issuer=issuer,
        valid_from="1999-01-01T00:00:00Z",
        describe=_described,
    )
