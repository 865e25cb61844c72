"""What each example says, written down once: the tests of every floor compare with this."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["EXPECTED", "Example"]

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
    "netherlands-logistics": Example(_TRANSCRIPT, 3, None, "Zeynep Yıldırım", "maas-logistics"),
    "netherlands-provoet": Example(_TRANSCRIPT, 1, None, "Renée Dijkstra-Çelik", "provoet"),
    "netherlands-stoof": Example(_TRANSCRIPT, 3, None, "Agnieszka Wójcik", "stoof"),
    "vet4startup-start-up-adviser": Example(
        _CERTIFICATE, 3, None, "Siobhán Ní Dhonnchadha", "wolverhampton-college"
    ),
}
