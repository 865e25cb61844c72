"""The learning agreement: whose it is, who signed it, and expected against achieved."""

from __future__ import annotations

import json
from typing import Any

from tests.chain_papers import POINTS, Chain
from tests.chain_papers import unit as described
from tests.verifier.tables.case import Case, Change, add, drop, every, put
from tests.verifier.tables.memorandum import DIGEST, co_signed, out_of_reach, spoiled
from tests.world import reference
from verifier.policy import Policy

__all__ = ["CASES"]

REMARKS, FALSE, VERIFIED = "verified_with_remarks", "not_verified", "verified"
ASSESSED = "unitAchievement[0].unitAssessment"
AGREEMENT_ADDRESS = f"https://college.example/credentials/{3:032x}"
#: What an agreement verified by itself lacks of the transcript's chain.
OF_ITSELF = frozenset(
    {"competence_not_asked", "units_none", "points_not_asked", "recognition_not_asked"}
)
#: A recognition statement without the agreement that says who recognises.
ALONE = ("agreement",)


def shown_instead(body: Any) -> Any:
    """Show something else as the agreement, under its address."""

    def after(chain: Chain) -> None:
        chain.documents["agreement"] = body(chain)

    return after


def moved(chain: Chain, name: str, address: str) -> dict[str, Any]:
    """A signed paper written anew under another paper's address."""
    written = json.dumps(chain.documents[name])
    before, after = (str(chain.documents[one]["id"]) for one in (name, address))
    moved_paper: dict[str, Any] = json.loads(written.replace(before, after))
    return moved_paper


def resting_on_the_amendment(chain: Chain) -> None:
    """The transcript names the amendment, its agreement the version before."""
    transcript = chain.documents["transcript"]
    amendment = reference(chain.documents["amendment"], "MemorandumOfUnderstanding")
    subject = {**transcript["credentialSubject"], "underMemorandum": amendment}
    unsigned = {**transcript, "credentialSubject": subject}
    chain.documents["transcript"] = chain.world.sign(unsigned, "omnia")


def learner_keys_of(name: str) -> Change:
    return put({"learnerKey": name, "signatory[1].party": name})


def with_third_unit(result: str) -> Change:
    """The transcript has a unit that was not agreed, and that memorandum and papers cover."""

    def change(subject: Any) -> None:
        first = subject["unitAchievement"][0]
        assessment = {**first["unitAssessment"], "assessmentResult": result}
        third = {**first, "achievedUnit": described(2), "unitAssessment": assessment}
        if result != "Achieved":
            del third["pointsAwarded"]
        subject["unitAchievement"].append(third)

    return change


AMENDS_THE_AGREEMENT = put(
    amends={"id": AGREEMENT_ADDRESS, "type": "MemorandumOfUnderstanding", "digest": DIGEST}
)
THIRD_COVERED = add(
    "coveredQualification[0].coveredUnit",
    {
        "unit": "https://omnia.example/units/2/2018",
        "title": "Customer service",
        "unitVersion": "2018",
        "unitPoints": "15",
        "adaptation": "NotToBeAdapted",
    },
)
LONGER_STAY = put({"mobility.mobilityStart": "2025-07-01"})


def differs(code: str, change: Change, outcome: str = "fail", **more: Any) -> Case:
    """One change in the agreement, which the transcript does not share."""
    verdict = FALSE if outcome == "fail" else REMARKS
    return Case(finds=("agreement", outcome, code, verdict), change={"agreement": change}, **more)


CASES: dict[str, Case] = {
    # --- whose it is
    "of another learner, by name": differs("agreement_other_learner", put(surnames="Korhonen")),
    "of another learner, by birth date": differs(
        "agreement_other_learner", put(birthdate="2005-03-05")
    ),
    "of another learner, by key": differs(
        "agreement_other_learner",
        learner_keys_of("other"),
        signers={"agreement": ("college", "omnia", "other")},
    ),
    "the transcript names no key": Case(
        finds=("agreement", "pass", "achieved_as_agreed", VERIFIED),
        change={"transcript": drop("learnerKey")},
    ),
    "towards another qualification": differs(
        "agreement_other_qualification",
        put({"towards.id": "https://college.example/qualifications/25655"}),
        "warn",
    ),
    "with another host": differs(
        "agreement_other_host",
        every(
            put({"mobility.hostInstitution": "stranger"}),
            put({"signatory[0].party": "stranger", "institution[0]": "stranger"}),
        ),
        signers={"agreement": ("college", "stranger", "maria")},
    ),
    "of another sending institution": differs(
        "agreement_other_sender",
        put({"mobility.sendingInstitution": "stranger"}),
        issuers={"agreement": "stranger"},
        signers={"agreement": ("stranger", "omnia", "maria")},
    ),
    "under another memorandum": Case(
        finds=("agreement", "warn", "agreement_other_memorandum", REMARKS),
        chain={"amended": True},
        after=resting_on_the_amendment,
        together=ALONE,
        besides=frozenset({"recognition_none"}),
    ),
    # --- its signatures
    "unsigned by the learner": differs(
        "agreement_learner_unsigned", every(), signers={"agreement": ("college", "omnia")}
    ),
    "signed by another in the learner's place": differs(
        "agreement_learner_unsigned", every(), signers={"agreement": ("college", "omnia", "other")}
    ),
    "unsigned by the host": differs(
        "agreement_not_sound", every(), signers={"agreement": ("college", "maria")}
    ),
    "unsigned by the sending institution": differs(
        "agreement_not_sound", every(), signers={"agreement": ("omnia", "maria")}
    ),
    "unsigned by host and learner": differs(
        "agreement_not_sound", every(), signers={"agreement": ("college",)}
    ),
    "the learner's signature is invalid": differs(
        "agreement_not_sound", every(), tamper={"agreement": spoiled(2)}
    ),
    "unsigned by anybody": differs(
        "agreement_not_sound", every(), tamper={"agreement": lambda document: document.pop("proof")}
    ),
    "a stranger signed besides": Case(
        finds=("agreement", "pass", "achieved_as_agreed", VERIFIED),
        signers={"agreement": ("college", "omnia", "maria", "stranger")},
    ),
    "co-signed later by somebody else": Case(
        finds=("agreement", "pass", "achieved_as_agreed", VERIFIED),
        after=co_signed("agreement"),
    ),
    "signed on paper": differs(
        "agreement_signed_on_paper",
        every(
            put(learnerSignature="SignedOnPaper", paperSignature="Signed in Utrecht."),
            drop("learnerKey", "signatory[1]"),
        ),
        outcome="warn",
        signers={"agreement": ("college", "omnia")},
    ),
    "the learner is not among those who must sign": differs(
        "agreement_signatory_missing",
        drop("signatory[1]"),
        signers={"agreement": ("college", "omnia")},
    ),
    "the learner signs with a key that is not named": differs(
        "agreement_signatory_missing", drop("learnerKey")
    ),
    "the host is not among those who must sign": differs(
        "agreement_signatory_missing",
        drop("signatory[0]"),
        signers={"agreement": ("college", "maria")},
    ),
    "the sending institution is not among those who must sign": Case(
        about="agreement",
        together=(),
        finds=("agreement", "fail", "agreement_signatory_missing", FALSE),
        besides=OF_ITSELF,
        change={"agreement": put({"mobility.sendingInstitution": "stranger"})},
    ),
    "a signer's keys are out of reach": Case(
        finds=("agreement", "unknown", "agreement_not_confirmed", REMARKS),
        change={
            "agreement": every(
                add("signatory", {"party": "authority"}), add("institution", "authority")
            )
        },
        signers={"agreement": ("college", "omnia", "maria", "authority")},
        after=out_of_reach("authority"),
    ),
    # --- whether and what was shown
    "not shown": Case(
        finds=("agreement", "not_applicable", "agreement_not_shown", VERIFIED),
        together=("statement",),
    ),
    "not shown, though it lies at its address": Case(
        finds=("agreement", "not_applicable", "agreement_not_shown", VERIFIED),
        besides=frozenset({"recognition_none"}),
        together=(),
    ),
    "none is named": Case(
        finds=("agreement", "not_applicable", "agreement_none", VERIFIED),
        change={"transcript": drop("underAgreement")},
    ),
    "among the copies": Case(
        finds=("agreement", "pass", "achieved_as_agreed", VERIFIED),
        together=("statement",),
        after=lambda chain: chain.world.copies.update(
            {str(chain.documents["agreement"]["id"]): chain.body("agreement")}
        ),
    ),
    "the digest does not match": Case(
        finds=("agreement", "fail", "agreement_swapped", FALSE),
        change={"transcript": put({"underAgreement.digest": DIGEST})},
    ),
    "changed and signed again": Case(
        finds=("agreement", "fail", "agreement_swapped", FALSE),
        after=shown_instead(
            lambda chain: chain.world.sign(
                {**chain.documents["agreement"], "validFrom": "2025-09-02T00:00:00Z"},
                "college",
                "omnia",
                "maria",
            )
        ),
    ),
    "another kind of paper is shown under its address": Case(
        finds=("agreement", "fail", "agreement_wrong_type", FALSE),
        after=shown_instead(lambda chain: moved(chain, "specification", "agreement")),
        together=ALONE,
        besides=frozenset({"recognition_none"}),
    ),
    "it does not read as a paper": Case(
        finds=("agreement", "fail", "agreement_not_sound", FALSE),
        after=shown_instead(lambda chain: {"id": chain.documents["agreement"]["id"]}),
    ),
    "it leads back to itself, by way of its memorandum": Case(
        finds=("agreement", "fail", "agreement_loops", FALSE),
        besides=frozenset({"memorandum_none", "points_correct"}),
        change={"memorandum": AMENDS_THE_AGREEMENT, "transcript": drop("underMemorandum")},
    ),
    "the memorandum names another paper at its address": Case(
        finds=("agreement", "fail", "agreement_swapped", FALSE),
        change={"memorandum": AMENDS_THE_AGREEMENT},
    ),
    "it is not read, since the papers are too large together": Case(
        finds=("agreement", "unknown", "agreement_too_large", REMARKS),
        besides=frozenset({"memorandum_none", "points_correct", "specification_unreachable"}),
        change={"transcript": drop("underMemorandum")},
        policy=Policy(chain_bytes=100),
    ),
    # --- expected against achieved
    "an agreed unit was not achieved": Case(
        finds=("agreement", "warn", "achieved_less", REMARKS),
        change={
            "transcript": every(
                put({f"{ASSESSED}.assessmentResult": "NotAchieved"}),
                drop("unitAchievement[0].pointsAwarded"),
            )
        },
    ),
    "an agreed unit was achieved in part": Case(
        finds=("agreement", "warn", "achieved_less", REMARKS),
        change={
            "transcript": every(
                put({f"{ASSESSED}.assessmentResult": "PartlyAchieved"}),
                drop("unitAchievement[0].pointsAwarded"),
            )
        },
    ),
    "an agreed unit is not in the transcript": Case(
        finds=("agreement", "warn", "achieved_less", REMARKS),
        change={"transcript": drop("unitAchievement[0]")},
        together=ALONE,
        besides=frozenset({"recognition_none"}),
    ),
    "a unit more than agreed": Case(
        finds=("agreement", "warn", "achieved_more", REMARKS),
        change={
            "transcript": every(with_third_unit("Achieved"), LONGER_STAY),
            "memorandum": THIRD_COVERED,
        },
    ),
    "a unit more than agreed, not achieved": Case(
        finds=("agreement", "pass", "achieved_as_agreed", VERIFIED),
        change={"transcript": with_third_unit("NotAchieved"), "memorandum": THIRD_COVERED},
    ),
    "another unit than agreed": Case(
        finds=("agreement", "warn", "achieved_less", REMARKS),
        besides=frozenset({"achieved_more", "recognition_none"}),
        change={
            "transcript": every(with_third_unit("Achieved"), drop("unitAchievement[0]")),
            "memorandum": THIRD_COVERED,
        },
        together=ALONE,
    ),
    "an agreed outcome is missing": differs(
        "achieved_without_outcome",
        add(
            "expectedUnit[0].expectedOutcome",
            {
                "id": "https://omnia.example/units/0/2018#outcome-9",
                "outcomeKind": "Skill",
                "statement": "Negotiates with suppliers.",
            },
        ),
        outcome="warn",
    ),
    "other points than agreed": differs(
        "achieved_other_points", put({"expectedUnit[0].expectedPoints": "10"}), outcome="warn"
    ),
    "no points were agreed": differs(
        "achieved_other_points", drop("expectedUnit[0].expectedPoints"), outcome="warn"
    ),
    "points of another system were agreed": differs(
        "achieved_other_points",
        put(
            {
                "expectedUnit[0].expectedPoints": {
                    "pointsSystem": POINTS.replace("Competence", "Ecvet"),
                    "amount": "15",
                }
            }
        ),
        outcome="warn",
    ),
    "the same points in other writing": Case(
        finds=("agreement", "pass", "achieved_as_agreed", VERIFIED),
        change={"agreement": put({"expectedUnit[0].expectedPoints": "15.0"})},
    ),
    "assessed outside the agreed period": differs(
        "assessed_outside_agreement", put({"mobility.mobilityEnd": "2026-05-30"}), outcome="warn"
    ),
    "assessed on the last agreed day": Case(
        finds=("agreement", "pass", "achieved_as_agreed", VERIFIED),
        change={"agreement": put({"mobility.mobilityEnd": "2026-06-01"})},
    ),
    "assessed by another": differs(
        "assessed_by_others",
        put({"expectedUnit[0].assessmentPlan.plannedAssessor[0].firstNames": "Matti"}),
        outcome="warn",
    ),
    "assessed by one more": Case(
        finds=("agreement", "pass", "achieved_as_agreed", VERIFIED),
        change={
            "transcript": add(
                f"{ASSESSED}.assessor", {"firstNames": "Matti", "surnames": "Virtanen"}
            )
        },
    ),
    "no assessor was agreed": Case(
        finds=("agreement", "pass", "achieved_as_agreed", VERIFIED),
        change={
            "agreement": drop("expectedUnit[0].assessmentPlan.plannedAssessor"),
        },
    ),
    # --- the agreement itself
    "itself": Case(
        about="agreement",
        together=(),
        finds=("agreement", "pass", "agreement_complete", VERIFIED),
        besides=OF_ITSELF,
    ),
    "itself, signed on paper": Case(
        about="agreement",
        together=(),
        finds=("agreement", "warn", "agreement_signed_on_paper", REMARKS),
        besides=OF_ITSELF,
        change={
            "agreement": every(
                put(learnerSignature="SignedOnPaper"), drop("learnerKey", "signatory[1]")
            )
        },
        signers={"agreement": ("college", "omnia")},
    ),
    "itself, unsigned by the learner": Case(
        about="agreement",
        together=(),
        finds=("signature", "fail", "signers_missing", FALSE),
        signers={"agreement": ("college", "omnia")},
    ),
}
