"""Many papers from one sheet: read, checked as a whole, and issued row by row.

`open_sheet` reads, `Template` says what is the same for all, `Cohorts` checks, keeps and signs,
`results_of` tells what became of each row.
"""

from __future__ import annotations

from issuer.cohort.limits import SheetLimits
from issuer.cohort.prepared import Prepared, Progress
from issuer.cohort.problems import Problem, SheetRefused
from issuer.cohort.results import RowResult, results_of, written
from issuer.cohort.running import Cohorts
from issuer.cohort.sheets import Sheet, open_sheet
from issuer.cohort.template import Template

__all__ = [
    "Cohorts",
    "Prepared",
    "Problem",
    "Progress",
    "RowResult",
    "Sheet",
    "SheetLimits",
    "SheetRefused",
    "Template",
    "open_sheet",
    "results_of",
    "written",
]
