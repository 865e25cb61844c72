"""Who may do it: party, role, qualification; and who vouches, by memorandum, list or operator."""

from __future__ import annotations

from typing import Any

from tests.chain_papers import QUALIFICATION, Chain
from tests.verifier.tables.case import Case, drop, every, put
from tests.world import encoded

__all__ = ["CASES"]

REMARKS, FALSE, VERIFIED = "verified_with_remarks", "not_verified", "verified"
ALONE = drop("underMemorandum", "underAgreement", "underSpecification")
OTHER_QUALIFICATION = "https://omnia.example/qualifications/999/2018"
HOST_IS_STRANGER = put({"mobility.hostInstitution": "stranger"})
AGREED_WITH_STRANGER: dict[str, Any] = {
    "change": {
        "agreement": every(
            HOST_IS_STRANGER,
            put({"signatory[0].party": "stranger", "institution[0]": "stranger"}),
        ),
        "transcript": HOST_IS_STRANGER,
    },
    "issuers": {"transcript": "stranger"},
    "signers": {"transcript": ("stranger",), "agreement": ("college", "stranger", "maria")},
}


def roles(partner: int, *named: str, **more: str) -> Any:
    """Give a partner of the memorandum these roles, and no others."""
    given = [{"competenceRole": role, **more} for role in named]
    return {"memorandum": put({f"partner[{partner}].partnerRole": given})}


def trust_list(
    *,
    role: str = "Assesses",
    authority: str = "authority",
    signer: str | None = None,
    since: str = "2020-01-01T00:00:00Z",
    until: str = "2030-01-01T00:00:00Z",
    **area: str,
) -> Any:
    """A list that names Omnia, and no memorandum among the anchors."""

    def after(chain: Chain) -> None:
        draft = {
            "type": "TrustList",
            "contentLanguage": "en",
            "validFrom": since,
            "validUntil": until,
            "credentialSubject": {
                "title": "Competent institutions of Finland",
                "country": "FI",
                "listedInstitution": [
                    {
                        "party": "omnia",
                        "legalName": "Omnia (test)",
                        "country": "FI",
                        "listedArea": [
                            {
                                "competenceRole": role,
                                "areaOfCompetence": "Business and administration",
                                "listedFrom": "2020-01-01",
                                **area,
                            }
                        ],
                    }
                ],
            },
        }
        world = chain.world
        listed = world.complete(draft, authority)
        world.anchors = [encoded(world.sign(listed, signer or authority))]
        world.authorities = ["authority"]

    return after


def both_lists(chain: Chain) -> None:
    """One list on which Omnia's time is over, and another on which it is not."""
    trust_list(listedUntil="2021-01-01")(chain)
    earlier = list(chain.world.anchors)
    trust_list()(chain)
    chain.world.anchors = earlier + chain.world.anchors


def pin(*names: str, anchors: bool = False) -> Any:
    def after(chain: Chain) -> None:
        chain.world.pinned = list(names)
        if not anchors:
            chain.world.anchors = []

    return after


def no_anchors(chain: Chain) -> None:
    chain.world.anchors = []


def only_copies(chain: Chain) -> None:
    """The operator holds a copy of the memorandum, and has made it no anchor."""
    chain.world.copies = {
        str(chain.documents["memorandum"]["id"]): chain.body("memorandum"),
    }
    del chain.world.network[str(chain.documents["memorandum"]["id"])]
    chain.world.anchors = []


UNTRUSTED = frozenset({"issuer_unrecognised", "memorandum_not_trusted"})
LISTED = frozenset(
    {"memorandum_none", "agreement_none", "units_consistent", "points_correct", "issuer_recognised"}
)
BARE = frozenset({"memorandum_none", "agreement_none", "units_consistent", "points_correct"})


def listed(finds: tuple[str, str, str, str], after: Any, besides: frozenset[str] = LISTED) -> Case:
    """A transcript with no paper behind it, and a trust list."""
    return Case(finds=finds, besides=besides, change={"transcript": ALONE}, after=after)


CASES: dict[str, Case] = {
    # --- the memorandum's word
    "the assessor is no party to the memorandum": Case(
        finds=("competence", "fail", "competence_not_party", FALSE),
        besides=frozenset({"issuer_unrecognised"}),
        **AGREED_WITH_STRANGER,
    ),
    "the assessor has another role": Case(
        finds=("competence", "fail", "competence_wrong_role", FALSE),
        change=roles(0, "Recognises", "Awards"),
    ),
    "the assessor has no role at all": Case(
        finds=("competence", "fail", "competence_wrong_role", FALSE),
        change={"memorandum": drop("partner[0].partnerRole")},
    ),
    "the assessor has the role for another qualification": Case(
        finds=("competence", "fail", "competence_other_qualification", FALSE),
        change=roles(0, "Assesses", forQualification=OTHER_QUALIFICATION),
    ),
    "the assessor has the role for this qualification alone": Case(
        finds=("competence", "pass", "competence_in_memorandum", VERIFIED),
        change=roles(0, "Assesses", forQualification=QUALIFICATION),
    ),
    "the validating institution has no such role": Case(
        finds=("competence", "fail", "competence_validator", FALSE),
        change={
            "memorandum": put({"partner[1].partnerRole": [{"competenceRole": "Recognises"}]}),
            "transcript": put(validatingInstitution="college", signatory=[{"party": "college"}]),
        },
        signers={"transcript": ("omnia", "college")},
    ),
    "the validating institution is no party": Case(
        finds=("competence", "fail", "competence_validator", FALSE),
        change={"transcript": put(validatingInstitution="stranger")},
    ),
    "the validating institution may, and signs too": Case(
        finds=("competence", "pass", "competence_in_memorandum", VERIFIED),
        change={
            "transcript": put(validatingInstitution="college", signatory=[{"party": "college"}])
        },
        signers={"transcript": ("omnia", "college")},
    ),
    "the home may recognise": Case(
        about="statement",
        together=("transcript", "agreement"),
        finds=("competence", "pass", "competence_in_memorandum", VERIFIED),
        besides=frozenset({"agreement_complete", "units_none", "points_not_asked"}),
    ),
    "the home has not the role to recognise": Case(
        about="statement",
        together=("transcript", "agreement"),
        finds=("competence", "fail", "competence_wrong_role", FALSE),
        besides=frozenset({"agreement_complete", "units_none", "points_not_asked"}),
        change=roles(1, "Validates"),
    ),
    "a memorandum claims no competence": Case(
        about="memorandum",
        together=(),
        finds=("competence", "not_applicable", "competence_not_asked", VERIFIED),
        besides=frozenset(
            {"agreement_none", "units_none", "points_not_asked", "in_force_until"}
            | {"recognition_not_asked"}
        ),
    ),
    # --- who trusts the memorandum
    "no anchors at all": Case(
        finds=("competence", "warn", "competence_memorandum_not_trusted", REMARKS),
        besides=UNTRUSTED,
        after=no_anchors,
    ),
    "the memorandum is among the copies, not among the anchors": Case(
        finds=("competence", "warn", "competence_memorandum_not_trusted", REMARKS),
        besides=UNTRUSTED,
        after=only_copies,
    ),
    "the assessor is pinned, its memorandum is no anchor": Case(
        finds=("competence", "pass", "competence_vouched", REMARKS),
        besides=frozenset({"issuer_recognised", "memorandum_not_trusted"}),
        after=pin("omnia"),
    ),
    "the home is pinned, the assessor is not": Case(
        finds=("competence", "warn", "competence_memorandum_not_trusted", REMARKS),
        besides=UNTRUSTED,
        after=pin("college"),
    ),
    # --- no memorandum is named
    "pinned institution only": Case(
        finds=("competence", "pass", "competence_vouched", VERIFIED),
        besides=BARE | {"issuer_recognised"},
        change={"transcript": ALONE},
        after=pin("omnia"),
    ),
    "no memorandum named, the issuer is a party to an anchored one": Case(
        finds=("competence", "pass", "competence_in_memorandum", VERIFIED),
        besides=BARE,
        change={"transcript": ALONE},
    ),
    "no memorandum named, the anchored one had run out by the day": Case(
        finds=("issuer", "warn", "issuer_memorandum_ended", REMARKS),
        besides=BARE | {"competence_unknown"},
        change={"transcript": ALONE, "!memorandum": put(validUntil="2026-05-31T23:59:59Z")},
    ),
    "no memorandum named, the anchored one gives another role": Case(
        finds=("competence", "warn", "competence_unknown", REMARKS),
        besides=BARE,
        change={"transcript": ALONE, **roles(0, "Awards")},
    ),
    "nobody vouches": Case(
        finds=("issuer", "warn", "issuer_unrecognised", REMARKS),
        besides=BARE | {"competence_unknown"},
        change={"transcript": ALONE},
        after=no_anchors,
    ),
    # --- trust lists
    "a trust list vouches": listed(
        ("competence", "pass", "competence_listed", VERIFIED), trust_list()
    ),
    "a trust list vouches for this qualification": listed(
        ("competence", "pass", "competence_listed", VERIFIED),
        trust_list(forQualification=QUALIFICATION),
    ),
    "a trust list recognises the issuer": listed(
        ("issuer", "pass", "issuer_recognised", VERIFIED),
        trust_list(),
        LISTED | {"competence_listed"},
    ),
    "listed in another role": listed(
        ("competence", "warn", "competence_listed_other_area", REMARKS),
        trust_list(role="Recognises"),
    ),
    "listed for another qualification": listed(
        ("competence", "warn", "competence_listed_other_area", REMARKS),
        trust_list(forQualification=OTHER_QUALIFICATION),
    ),
    "listed until before the assessment": listed(
        ("competence", "warn", "competence_listed_other_time", REMARKS),
        trust_list(listedUntil="2026-05-31"),
    ),
    "listed from after the assessment": listed(
        ("competence", "warn", "competence_listed_other_time", REMARKS),
        trust_list(listedFrom="2026-06-02"),
    ),
    "listed on the very day of the assessment": listed(
        ("competence", "pass", "competence_listed", VERIFIED),
        trust_list(listedFrom="2026-06-01", listedUntil="2026-06-01"),
    ),
    "listed at another time on one list, rightly on the next": listed(
        ("competence", "pass", "competence_listed", VERIFIED), both_lists
    ),
    "the trust list has expired": listed(
        ("competence", "warn", "competence_list_expired", REMARKS),
        trust_list(until="2026-11-01T00:00:00Z"),
        BARE | {"issuer_unrecognised"},
    ),
    "the trust list is not yet in force": listed(
        ("competence", "warn", "competence_unknown", REMARKS),
        trust_list(since="2027-01-01T00:00:00Z"),
        BARE | {"issuer_unrecognised"},
    ),
    "the trust list is of an authority that the operator does not name": listed(
        ("competence", "warn", "competence_unknown", REMARKS),
        trust_list(authority="stranger"),
        BARE | {"issuer_unrecognised"},
    ),
    "the trust list is not signed by its authority": listed(
        ("competence", "warn", "competence_unknown", REMARKS),
        trust_list(signer="stranger"),
        BARE | {"issuer_unrecognised"},
    ),
    "a trust list vouches where the memorandum is not trusted": Case(
        finds=("competence", "pass", "competence_listed", REMARKS),
        besides=frozenset({"issuer_recognised", "memorandum_not_trusted"}),
        after=trust_list(),
    ),
    "a trust list does not overrule the memorandum": Case(
        finds=("competence", "fail", "competence_wrong_role", FALSE),
        besides=frozenset({"issuer_recognised", "memorandum_not_trusted"}),
        change=roles(0, "Awards"),
        after=trust_list(),
    ),
}
