"""The fields of the personal transcript's form: where each stands in the draft, and its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

__all__ = [
    "ASSESSOR",
    "GROUPS",
    "OUTCOME",
    "REFERENCES",
    "TOP",
    "UNIT",
    "UNIT_GROUPS",
    "Field",
    "Kind",
]

Kind = Literal["text", "area", "date", "number", "choice", "institution", "reference"]
Choices = tuple[tuple[str, str], ...]

_EQF: Final[Choices] = tuple(
    (f"http://data.europa.eu/snb/eqf/{level}", f"EQF level {level}") for level in range(1, 9)
)
_CONTEXTS: Final[Choices] = (
    ("FormalLearning", "Formal"),
    ("NonFormalLearning", "Non-formal"),
    ("InformalLearning", "Informal"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `path` leads to it in its part of the draft; `group` is the part of the page.

    `sample` is a value that always fits: put in the place of one that does not, so that the next
    fault can be found.
    """

    name: str
    path: tuple[str, ...]
    label: str
    group: str
    kind: Kind = "text"
    optional: bool = False
    hint: str | None = None
    choices: Choices = ()
    short: bool = False

    @property
    def said(self) -> str:
        """What it is called within a sentence."""
        if self.group == "outcome" and self.kind == "area":
            return "what the learner knows or is able to do"
        return self.label.lower()

    @property
    def sample(self) -> str:
        """A value that fits."""
        if self.choices:
            return self.choices[0][0]
        samples = {
            "date": "2000-01-01",
            "number": "1",
            "institution": "did:web:sample.example",
        }
        if self.path[-1] == "id":
            return f"https://sample.example/{self.name}"
        if self.path[-1] == "country":
            return "FI"
        if self.path[-1] == "contentLanguage":
            return "en"
        return samples.get(self.kind, "x")


#: The parts of the page, in their order: key, heading, and what it is for.
GROUPS: Final = (
    ("learner", "Learner", "The transcript belongs to this person."),
    ("qualification", "Qualification", "What the units count towards, if that is known."),
    ("learning", "Learning", "How it was learnt, and how its quality was assured."),
    ("mobility", "Stay abroad or elsewhere", "Leave this empty where there was none."),
    ("references", "Papers behind it", "Choose from the papers that are signed here."),
    ("paper", "About this paper", None),
)
UNIT_GROUPS: Final = (
    ("unit", "What the unit is"),
    ("assessment", "How it was assessed"),
    ("prior", "Earlier learning that was validated (leave empty where there is none)"),
)

_S: Final = "credentialSubject"
TOP: Final = (
    Field("first_names", (_S, "firstNames"), "First names", "learner"),
    Field("surnames", (_S, "surnames"), "Surnames", "learner"),
    Field("birthdate", (_S, "birthdate"), "Date of birth", "learner", "date", short=True),
    Field("towards_title", (_S, "towards", "title"), "Title", "qualification", optional=True),
    Field(
        "towards_code",
        (_S, "towards", "qualificationCode"),
        "Code",
        "qualification",
        optional=True,
        short=True,
    ),
    Field(
        "towards_version",
        (_S, "towards", "qualificationVersion"),
        "Version",
        "qualification",
        optional=True,
        short=True,
    ),
    Field(
        "towards_country",
        (_S, "towards", "country"),
        "Country",
        "qualification",
        optional=True,
        hint="Two capital letters, such as FI.",
        short=True,
    ),
    Field(
        "towards_eqf",
        (_S, "towards", "eqf"),
        "European level",
        "qualification",
        "choice",
        optional=True,
        choices=_EQF,
        short=True,
    ),
    Field(
        "towards_level",
        (_S, "towards", "nationalLevel"),
        "National level",
        "qualification",
        optional=True,
    ),
    Field(
        "towards_id",
        (_S, "towards", "id"),
        "Web address",
        "qualification",
        optional=True,
        hint="Where it is described. Left empty, one is made from code or title.",
    ),
    Field(
        "learning_context",
        (_S, "learningContext"),
        "Learning",
        "learning",
        "choice",
        choices=_CONTEXTS,
        short=True,
    ),
    Field(
        "participation",
        (_S, "participationForm"),
        "Took part",
        "learning",
        "choice",
        choices=(
            ("InPerson", "In person"),
            ("AtTheWorkplace", "At the workplace"),
            ("Online", "Online"),
            ("BlendedLearning", "Partly online"),
        ),
        short=True,
    ),
    Field(
        "points_system",
        (_S, "pointsSystem"),
        "Points",
        "learning",
        "choice",
        choices=(
            ("https://w3id.org/ecvet#NoPoints", "None"),
            ("https://w3id.org/ecvet#EcvetPoints", "ECVET points"),
            ("https://w3id.org/ecvet#CompetencePoints", "Competence points"),
        ),
        hint="Points weigh units; they are never ECTS credits.",
        short=True,
    ),
    Field(
        "workload",
        (_S, "workloadHours"),
        "Hours in all",
        "learning",
        "number",
        optional=True,
        short=True,
    ),
    Field("programme", (_S, "programme"), "Programme", "learning", optional=True),
    Field("project_code", (_S, "projectCode"), "Project code", "learning", optional=True),
    Field(
        "quality",
        (_S, "qualityAssurance", "statement"),
        "How quality was assured",
        "learning",
        "area",
    ),
    Field(
        "mobility_start",
        (_S, "mobility", "mobilityStart"),
        "From",
        "mobility",
        "date",
        optional=True,
        short=True,
    ),
    Field(
        "mobility_end",
        (_S, "mobility", "mobilityEnd"),
        "Until",
        "mobility",
        "date",
        optional=True,
        short=True,
    ),
    Field("mobility_place", (_S, "mobility", "place"), "Place", "mobility", optional=True),
    Field(
        "mobility_code", (_S, "mobility", "mobilityCode"), "Mobility ID", "mobility", optional=True
    ),
    Field(
        "host",
        (_S, "mobility", "hostInstitution"),
        "Host",
        "mobility",
        "institution",
        optional=True,
        hint="Short name of an institution here, or a DID (did:web:...).",
    ),
    Field(
        "sending",
        (_S, "mobility", "sendingInstitution"),
        "Sent by",
        "mobility",
        "institution",
        optional=True,
        hint="Short name of an institution here, or a DID (did:web:...).",
    ),
    Field(
        "sending_name",
        (),
        "Name of the sending institution",
        "mobility",
        optional=True,
        hint="Where it is given by a DID.",
    ),
    Field(
        "sending_country",
        (),
        "Its country",
        "mobility",
        optional=True,
        hint="Two capital letters.",
        short=True,
    ),
    Field(
        "language",
        ("contentLanguage",),
        "Language of this paper",
        "paper",
        hint="A language tag, such as en, fi or de.",
        short=True,
    ),
    Field("note", (_S, "note"), "Note", "paper", "area", optional=True),
)
REFERENCES: Final = (
    Field(
        "under_agreement",
        (_S, "underAgreement"),
        "Learning agreement",
        "references",
        "reference",
        optional=True,
    ),
    Field(
        "under_memorandum",
        (_S, "underMemorandum"),
        "Memorandum of understanding",
        "references",
        "reference",
        optional=True,
    ),
    Field(
        "under_specification",
        (_S, "underSpecification"),
        "Qualification's specification",
        "references",
        "reference",
        optional=True,
    ),
)

_U: Final = "achievedUnit"
_A: Final = "unitAssessment"
_P: Final = "priorLearning"
UNIT: Final = (
    Field("title", (_U, "title"), "Title", "unit"),
    Field("code", (_U, "unitCode"), "Code", "unit", optional=True, short=True),
    Field("version", (_U, "unitVersion"), "Version", "unit", optional=True, short=True),
    Field(
        "eqf",
        (_U, "eqf"),
        "European level",
        "unit",
        "choice",
        optional=True,
        choices=_EQF,
        short=True,
    ),
    Field("level", (_U, "nationalLevel"), "National level", "unit", optional=True),
    Field("hours", (_U, "workloadHours"), "Hours", "unit", "number", optional=True, short=True),
    Field(
        "unit_points",
        (_U, "unitPoints"),
        "Points of the unit",
        "unit",
        "number",
        optional=True,
        short=True,
    ),
    Field(
        "points", ("pointsAwarded",), "Points given", "unit", "number", optional=True, short=True
    ),
    Field(
        "id",
        (_U, "id"),
        "Web address",
        "unit",
        optional=True,
        hint="Where it is described. Left empty, one is made from code or title.",
    ),
    Field(
        "result",
        (_A, "assessmentResult"),
        "Result",
        "assessment",
        "choice",
        choices=(
            ("Achieved", "Achieved"),
            ("PartlyAchieved", "Partly achieved"),
            ("NotAchieved", "Not achieved"),
        ),
        short=True,
    ),
    Field("assessed_on", (_A, "assessedOn"), "Day", "assessment", "date", short=True),
    Field("grade", (_A, "grade"), "Grade", "assessment", optional=True, short=True),
    Field("scale", (_A, "gradeScale"), "Scale of the grade", "assessment", optional=True),
    Field("place", (_A, "place"), "Place", "assessment", optional=True),
    Field("method", (_A, "method"), "How it was assessed", "assessment", "area"),
    Field(
        "prior_route",
        (_P, "validationRoute"),
        "Validated",
        "prior",
        "choice",
        optional=True,
        choices=(("ByDocuments", "By documents"), ("ByDemonstration", "By demonstration")),
        short=True,
    ),
    Field(
        "prior_context",
        (_P, "learningContext"),
        "Learning",
        "prior",
        "choice",
        optional=True,
        choices=_CONTEXTS,
        short=True,
    ),
    Field("prior_on", (_P, "validatedOn"), "Day", "prior", "date", optional=True, short=True),
    Field("prior_said", (_P, "statement"), "What was validated", "prior", "area", optional=True),
    Field("note", ("note",), "Note", "assessment", "area", optional=True),
)
OUTCOME: Final = (
    Field(
        "kind",
        ("outcomeKind",),
        "Kind",
        "outcome",
        "choice",
        choices=(("Knowledge", "Knowledge"), ("Skill", "Skill"), ("Competence", "Competence")),
        short=True,
    ),
    Field("said", ("statement",), "The learner …", "outcome", "area"),
)
ASSESSOR: Final = (
    Field("first", ("firstNames",), "First names", "assessor"),
    Field("last", ("surnames",), "Surnames", "assessor", optional=True),
    Field("role", ("assessorRole",), "Role", "assessor", optional=True),
    Field(
        "institution",
        ("assessorInstitution",),
        "Institution",
        "assessor",
        "institution",
        optional=True,
        hint="Short name of an institution here, or a DID.",
    ),
)
