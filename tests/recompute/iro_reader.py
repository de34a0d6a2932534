"""Reads one authority's delivered IRO extracts and applies the acceptance rules of the landing zone.

Choices taken here where the text leaves one:
 - A date that must be there (rated_on, tracked_on, consulted_on, raised_on, entered_on, agreed_on, panel_on,
   audited_on, held_on, allocated_on) rejects the row when it is blank as when it is unreadable; started_on and
   completed_on of a review, and resolved_on, only when something unreadable stands there.
 - A blank child_id rejects only where it is part of the key; a blank code rejects only where it is the key's or the
   rating: a dispute without a current_stage is a dispute.
 - Review before birth looks at the date of birth that counts (the latest return's), and at the review's date.
 - Duplicates are settled among the accepted rows of one delivery, as for SSDA903: of reviews the row with a
   participation code stays, otherwise the last one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from . import codes
from .reader import UNREADABLE, Row, known_deliveries, read_date, read_lines, said_to_be_empty

COLUMNS = {
    "iro_staff": "iro_id role fte employment sex ethnicity started_on ended_on",
    "iro_allocations": "child_id iro_id allocated_on ended_on",
    "reviews": (
        "review_id child_id iro_id scheduled_for started_on completed_on cancelled format participation_code "
        "late_reason invitations_sent_on record_completed_on record_distributed_on decisions_sent_on"
    ),
    "pre_review_consultations": "consultation_id child_id iro_id consulted consulted_on method advocacy_discussed",
    "rag_ratings": "child_id rating rated_on reason",
    "case_tracking": "tracking_id child_id iro_id tracked_on",
    "disputes": (
        "dispute_id child_id iro_id raised_on category current_stage resolved_on resolved_stage cafcass_referred_on"
    ),
    "dispute_stages": "dispute_id stage entered_on left_on",
    "permanence_plans": "plan_id child_id plan_type agreed_on parallel achieved_on ended_on end_reason",
    "long_term_matches": "child_id panel_on matched_on",
    "audits": "audit_id iro_id child_id audit_type audited_on grade",
    "workshops": "workshop_id held_on title audience attendees",
    "participation_events": "event_id held_on name children_attended carers_attended",
}
COLUMNS_OF = {table: frozenset(names.split()) for table, names in COLUMNS.items()}

KEYS = {
    "iro_staff": ("iro_id",),
    "iro_allocations": ("child_id", "iro_id", "allocated_on"),
    "reviews": ("review_id", "child_id"),
    "pre_review_consultations": ("consultation_id",),
    "rag_ratings": ("child_id", "rated_on"),
    "case_tracking": ("tracking_id",),
    "disputes": ("dispute_id",),
    "dispute_stages": ("dispute_id", "stage", "entered_on"),
    "permanence_plans": ("plan_id",),
    "long_term_matches": ("child_id", "panel_on"),
    "audits": ("audit_id",),
    "workshops": ("workshop_id",),
    "participation_events": ("event_id",),
}

STAGES = ("INFORMAL", "STAGE_1", "STAGE_2", "STAGE_3", "STAGE_4", "CAFCASS")
CATEGORIES = (
    "RESOURCES",
    "STATUTORY_REQUIREMENTS",
    "DRIFT_AND_DELAY",
    "PLACEMENT",
    "LIVED_EXPERIENCE",
    "ESCALATION_OF_RISK",
    "OTHER",
    "GOOD_PRACTICE",
)
RATINGS = ("RED", "AMBER", "GREEN")
ROLES = ("IRO", "SERVICE_MANAGER")
EMPLOYMENT = ("PERMANENT", "AGENCY", "SESSIONAL")
FORMATS = ("FACE_TO_FACE", "HYBRID", "VIRTUAL", "PAPER")
PARTICIPATION = tuple(f"PN{n}" for n in range(8))
CONSULTED = ("CHILD", "SOCIAL_WORKER", "CARER", "PARENT")
PLAN_TYPES = (
    "RETURN1M",
    "RETURN6M",
    "RETURNEV",
    "LTRELFR",
    "LTFOST18",
    "RESPLMT",
    "SUPPLIV",
    "ADOPTION",
    "OTHERPLN",
    "REMAINSUP",
    "SGO",
    "CAO",
)
AUDIT_TYPES = ("CASE_TRACKING", "REVIEW_RECORD", "CONSULTATION", "DISPUTE", "DIP_SAMPLE")
YES_NO = ("Y", "N")

CODE_COLUMNS: dict[str, dict[str, Iterable[str]]] = {
    "iro_staff": {"role": ROLES, "employment": EMPLOYMENT},
    "reviews": {"cancelled": YES_NO, "format": FORMATS, "participation_code": PARTICIPATION},
    "pre_review_consultations": {"consulted": CONSULTED, "advocacy_discussed": YES_NO},
    "rag_ratings": {"rating": RATINGS},
    "disputes": {"category": CATEGORIES, "current_stage": STAGES, "resolved_stage": STAGES},
    "dispute_stages": {"stage": STAGES},
    "permanence_plans": {"plan_type": PLAN_TYPES, "parallel": YES_NO},
    "audits": {"audit_type": AUDIT_TYPES},
}
CODES_THAT_REJECT = {"stage", "current_stage", "resolved_stage", "category", "rating"}

DATE_COLUMNS = {
    "iro_staff": ("started_on", "ended_on"),
    "iro_allocations": ("allocated_on", "ended_on"),
    "reviews": (
        "started_on",
        "completed_on",
        "scheduled_for",
        "invitations_sent_on",
        "record_completed_on",
        "record_distributed_on",
        "decisions_sent_on",
    ),
    "pre_review_consultations": ("consulted_on",),
    "rag_ratings": ("rated_on",),
    "case_tracking": ("tracked_on",),
    "disputes": ("raised_on", "resolved_on", "cafcass_referred_on"),
    "dispute_stages": ("entered_on", "left_on"),
    "permanence_plans": ("agreed_on", "achieved_on", "ended_on"),
    "long_term_matches": ("panel_on", "matched_on"),
    "audits": ("audited_on",),
    "workshops": ("held_on",),
    "participation_events": ("held_on",),
}
NEEDED = {
    "iro_allocations": ("allocated_on",),
    "pre_review_consultations": ("consulted_on",),
    "rag_ratings": ("rated_on", "rating"),
    "case_tracking": ("tracked_on",),
    "disputes": ("raised_on",),
    "dispute_stages": ("stage", "entered_on"),
    "permanence_plans": ("agreed_on",),
    "long_term_matches": ("panel_on",),
    "audits": ("audited_on",),
    "workshops": ("held_on",),
    "participation_events": ("held_on",),
}
READABLE_IF_GIVEN = {"reviews": ("started_on", "completed_on"), "disputes": ("resolved_on",)}
IN_ORDER = {
    "iro_staff": ("started_on", "ended_on"),
    "iro_allocations": ("allocated_on", "ended_on"),
    "reviews": ("started_on", "completed_on"),
    "disputes": ("raised_on", "resolved_on"),
    "dispute_stages": ("entered_on", "left_on"),
    "permanence_plans": ("agreed_on", "ended_on"),
}
NUMBERS = {"workshops": ("attendees",), "participation_events": ("children_attended", "carers_attended")}
TEXTS = {
    "iro_allocations": ("child_id", "iro_id"),
    "reviews": ("child_id", "iro_id", "late_reason"),
    "pre_review_consultations": ("child_id", "iro_id"),
    "rag_ratings": ("child_id",),
    "case_tracking": ("child_id", "iro_id"),
    "disputes": ("child_id", "iro_id"),
    "permanence_plans": ("child_id",),
    "long_term_matches": ("child_id",),
    "audits": ("child_id", "iro_id", "grade"),
    "workshops": ("audience",),
    "participation_events": ("name",),
}

NOT_YET_AVAILABLE = "Refused or information not yet available"
BirthOf = Callable[[str], date | None]


@dataclass
class IroDelivery:
    """The latest IRO delivery of one collection year; `tables` has only what was delivered, even if empty."""

    year: int
    extracted_on: date
    tables: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def covers_to(self) -> date:
        return min(self.extracted_on, date(self.year, 3, 31))


def review_date(row: Row) -> date | None:
    """Definitions 12.1: the day it was completed, else the day it was started."""
    day: date | None = row["completed_on"] or row["started_on"]
    return day


def read_fte(text: str) -> Fraction | None:
    """More than nothing and at most one and a half; anything else is not known."""
    if not re.fullmatch(r"\d+(\.\d*)?|\.\d+", text):
        return None
    fte = Fraction(text)
    return fte if 0 < fte <= Fraction(3, 2) else None


def read_number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\d{1,4}", text) else None


def ethnicity_group(text: str) -> str:
    """A DfE code or the label of a group; everything else is not yet available."""
    if text.upper() in codes.ETHNICITY:
        return codes.ETHNICITY[text.upper()]
    labels = {label.upper(): label for label in codes.ETHNICITY.values()}
    return labels.get(text.upper(), NOT_YET_AVAILABLE)


def accept_row(table: str, cells: dict[str, str], birth_of: BirthOf) -> Row | None:
    """The typed row, or None where a rule rejects it."""

    def cell(name: str) -> str:
        return cells.get(name, "").strip()

    row: Row = {name: cell(name) or None for name in (*KEYS[table], *TEXTS.get(table, ()))}
    for name, value in row.items():
        if name.endswith("_id") and value is not None:
            # One person or record in several spellings: case and blanks are no part of a number.
            row[name] = "".join(value.upper().split())
    for name in DATE_COLUMNS[table]:
        value = read_date(cell(name))
        if value is UNREADABLE:
            if name in READABLE_IF_GIVEN.get(table, ()):
                return None
            value = None
        row[name] = value
    for name, code_list in CODE_COLUMNS.get(table, {}).items():
        code: str | None = cell(name).upper() or None
        if code is not None and code not in code_list:
            if name in CODES_THAT_REJECT:
                return None
            code = None
        row[name] = code
    if any(row[name] is None for name in (*KEYS[table], *NEEDED.get(table, ()))):
        return None
    if table in IN_ORDER:
        first, last = (row[name] for name in IN_ORDER[table])
        if first is not None and last is not None and last < first:
            return None
    for name in NUMBERS.get(table, ()):
        row[name] = read_number(cell(name))
    if table == "iro_staff":
        row["fte"] = read_fte(cell("fte"))
        row["sex"] = codes.SEX.get(cell("sex").upper(), "Unknown")
        row["ethnicity_group"] = ethnicity_group(cell("ethnicity"))
    if table == "reviews":
        held = review_date(row)
        born = birth_of(row["child_id"])
        if held is not None and born is not None and held < born:
            return None
        for name in ("record_completed_on", "record_distributed_on", "decisions_sent_on"):
            if held is not None and row[name] is not None and row[name] < held:
                row[name] = None
    return row


def one_row_per_key(table: str, rows: list[Row]) -> list[Row]:
    kept: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        key = tuple(row[name] for name in KEYS[table])
        before = kept.get(key)
        if table == "reviews" and before and before["participation_code"] and not row["participation_code"]:
            continue
        kept[key] = row
    return list(kept.values())


def read_delivery(folder: Path, year: int, extracted_on: date, birth_of: BirthOf) -> IroDelivery:
    delivery = IroDelivery(year, extracted_on)
    for path in sorted(folder.glob("*.csv"), key=lambda path: path.name):
        names, lines = read_lines(path)
        header = [name.lower() for name in names]
        table = next((table for table, columns in COLUMNS_OF.items() if columns <= set(header)), None)
        if table is None:
            continue
        accepted = delivery.tables.setdefault(table, [])
        for number, values in enumerate(lines, start=2):
            if len(values) != len(header):
                continue
            row = accept_row(table, dict(zip(header, values, strict=True)), birth_of)
            if row is not None:
                row["order"] = (year, path.name, number)
                accepted.append(row)
    # A table of which no row is accepted counts as not delivered unless it is said to be empty.
    delivery.tables = {table: one_row_per_key(table, rows) for table, rows in delivery.tables.items() if rows}
    for table in said_to_be_empty(folder):
        delivery.tables.setdefault(table, [])
    return delivery


def read_iro_deliveries(
    landing: Path, la_code: str, birth_of: BirthOf, as_known_at: date | None = None
) -> dict[int, IroDelivery]:
    """Per collection year the latest delivery known at the date."""
    deliveries: dict[int, IroDelivery] = {}
    for year, dated in known_deliveries(landing / la_code / "iro", as_known_at):
        for day, folder in dated:
            delivery = read_delivery(folder, year, day, birth_of)
            if delivery.tables:
                deliveries[year] = delivery
                break
    return deliveries


def unite(deliveries: dict[int, IroDelivery], table: str) -> list[Row]:
    """The rows of all collection years, one for each key: the latest collection year's, `year` telling which."""
    kept: dict[tuple[Any, ...], Row] = {}
    for year in sorted(deliveries):
        for row in deliveries[year].tables.get(table, []):
            kept[tuple(row[name] for name in KEYS[table])] = {**row, "year": year}
    return list(kept.values())
