"""What codes are called in a report, and in which order the categories of a breakdown stand."""

import csv
from functools import cache

from orchestration.settings import REPOSITORY

LABELS: dict[str, dict[str, str]] = {
    "participation_code": {
        "PN0": "PN0: under four years old",
        "PN1": "PN1: attends and speaks for themselves",
        "PN2": "PN2: attends, an advocate speaks",
        "PN3": "PN3: attends and conveys views symbolically",
        "PN4": "PN4: attends but does not contribute",
        "PN5": "PN5: does not attend but briefs an advocate",
        "PN6": "PN6: does not attend but conveys views by other means",
        "PN7": "PN7: does not attend or contribute",
    },
    "dispute_stage": {
        "INFORMAL": "Informal",
        "STAGE_1": "Stage 1: practice supervisor",
        "STAGE_2": "Stage 2: service lead",
        "STAGE_3": "Stage 3: deputy service director",
        "STAGE_4": "Stage 4: service director",
        "CAFCASS": "Escalation to Cafcass",
        "ONGOING": "Open at the year end",
    },
    "dispute_category": {
        "RESOURCES": "Resource issues that hold up care or permanence planning",
        "STATUTORY_REQUIREMENTS": "Minimum statutory requirements not met",
        "DRIFT_AND_DELAY": "Drift and delay in the care plan, permanence or transition to adulthood",
        "PLACEMENT": "Placement does not meet the child's needs or is unassessed",
        "LIVED_EXPERIENCE": "The child's lived experience does not inform assessment and planning",
        "ESCALATION_OF_RISK": "Escalation of risks",
        "OTHER": "Another concern",
        "GOOD_PRACTICE": "Recognition of good practice",
    },
    "review_type": {"FIRST": "First review", "SECOND": "Second review", "SUBSEQUENT": "Later reviews"},
    "late_reason": {"Unknown": "No reason recorded"},
    "rag_rating": {"UNRATED": "Not rated"},
    "review_format": {"HYBRID": "Hybrid", "VIRTUAL": "Online", "PAPER": "On paper", "Unknown": "Not recorded"},
    "placement_group": {
        "Placed with parents or other person with parental responsibility": "Placed with parents",
        "Independent and semi-independent living arrangements/supported accommodation": (
            "Independent living or supported accommodation"
        ),
    },
    "provider_group": {
        "Parents or other person with parental responsibility": "Parents",
        "Own provision (by the LA)": "Our own provision",
        "Other LA provision": "Another local authority",
        "Other public provision (e.g. by a PCT etc)": "Another public body",
        "Private provision": "Independent or private provider",
        "Voluntary/third sector provision": "Voluntary sector",
        "Placement provider not reported": "Provider not recorded",
    },
    "exit_group": {
        "Residence order or child arrangement order granted": "Child arrangements order",
        "Living with parents, relatives or other person": "Living with parents, relatives or others",
    },
    "legal_status_group": {"Voluntary agreements under S20 CA 1989": "Accommodated under section 20"},
}
"""Labels where a report says more, or less, than the lists of codes do."""


def label(breakdown: str, category: str) -> str:
    """Return what a category is called."""
    return LABELS.get(breakdown, {}).get(category) or _codes().get((breakdown, category), category)


def position(breakdown: str, category: str) -> tuple[int, str]:
    """Return where a category stands among those of its breakdown."""
    return _positions().get((breakdown, category), 99), category


@cache
def _codes() -> dict[tuple[str, str], str]:
    path = REPOSITORY / "seeds" / "codesets" / "iro_codes.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["code_set"], row["code"]): row["description"] for row in csv.DictReader(file)}


@cache
def _positions() -> dict[tuple[str, str], int]:
    path = REPOSITORY / "seeds" / "metrics" / "metric_category_lists.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["breakdown"], row["category"]): int(row["sort_order"]) for row in csv.DictReader(file)}
