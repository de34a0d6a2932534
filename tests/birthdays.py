"""An attack on `published/`: what its tables together tell of the day on which a child was born.

Every statement of an age on a day bounds the date of birth from both sides; the bounds of all tables are laid over one
another. Beside the tables the attacker knows the law: nobody is looked after at 18, so whoever was in care on a day was
younger, and whoever left at 18 left on the birthday.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb

BANDS = {
    "Under 1 year": (0, 0),
    "1 to 4 years": (1, 4),
    "5 to 9 years": (5, 9),
    "10 to 15 years": (10, 15),
    "16 years and over": (16, 17),
    "16 years": (16, 16),
    "17 years": (17, 17),
    "17 to 18 years": (17, 18),
    "19 to 21 years": (19, 21),
}
"""Youngest and oldest age of every band; of those in care nobody is older than 17."""

BAND_ON_DAY = {
    "children_looked_after_by_period": ("age_band", "period_end"),
    "children_looked_after_in_year_by_period": ("age_band", "period_end"),
    "children_started_by_period": ("age_band", "started_on"),
    "children_ceased_by_period": ("age_band", "ended_on"),
    "reviews_by_period": ("age_band", "coalesce(reviewed_on, due_on)"),
    "reviews": ("age_band", "coalesce(reviewed_on, due_on)"),
    "care_leavers_by_period": ("care_leaver_age", "period_end"),
}
"""Where a band stands, and the day on which it is true."""

LEFT_SINCE = {"children_looked_after_in_year_by_period"}
"""Where the oldest band has no end: some of its children have left care since, and may be older."""

AGES_OF_FLAGS = [
    ("children_looked_after_by_period", "period_end", "is_under_16_unregulated", (0, 15)),
    ("children_looked_after_by_period", "period_end", "is_in_development_cohort", (0, 4)),
    ("children_looked_after_by_period", "period_end", "is_in_conviction_cohort", (10, 17)),
    ("children_looked_after_by_period", "period_end", "is_in_sdq_cohort", (5, 16)),
    ("children_looked_after_by_period", "period_end", "is_in_conviction_cohort and not is_in_sdq_cohort", (17, 17)),
    ("fct_review", "reviewed_on", "participation_code = 'PN0'", (0, 3)),
    ("fct_review", "reviewed_on", "participation_code <> 'PN0'", (4, 17)),
    # In care, and so not yet 18.
    ("fct_review", "reviewed_on", "is_in_care", (0, 17)),
    ("fct_episode", "started_on", "true", (0, 17)),
    ("fct_placement", "started_on", "true", (0, 17)),
    ("fct_legal_status_spell", "started_on", "true", (0, 17)),
    ("fct_missing_incident", "started_on", "true", (0, 17)),
]
"""What else tells an age on a day: table, day, condition, youngest and oldest."""

AT_18 = "18 years and over"


class Window(NamedTuple):
    """The days on which a child can have been born, by all that is published; null where nothing bounds them."""

    child_key: str
    first: date | None
    last: date | None

    @property
    def days(self) -> int | None:
        return (self.last - self.first).days + 1 if self.first and self.last else None

    def holds(self, day: date) -> bool:
        """Say whether the window is right."""
        return bool(self.first and self.last and self.first <= day <= self.last)


def windows(marts: duckdb.DuckDBPyConnection) -> list[Window]:
    """One window per child of whom an age is told."""
    columns = {
        (table, column)
        for table, column in marts.execute(
            "select table_name, column_name from duckdb_columns() where schema_name = 'marts'"
        ).fetchall()
    }
    bands = ", ".join(f"('{band}', {youngest}, {oldest})" for band, (youngest, oldest) in BANDS.items())
    said = []
    for table, (band, day) in BAND_ON_DAY.items():
        oldest = "case when band = '16 years and over' then 100 else oldest end" if table in LEFT_SINCE else "oldest"
        said.append(
            f"select child_key, {day} as day, youngest, {oldest} as oldest from marts.{table} inner join bands "
            f"on band = {table}.{band}"
        )
        if (table, "age") in columns:
            said.append(f"select child_key, {day} as day, age, age from marts.{table} where age < 18")
    said += [
        f"select child_key, {day} as day, {youngest}, {oldest} from marts.{table} where {condition}"
        for table, day, condition, (youngest, oldest) in AGES_OF_FLAGS
    ]
    # The day of leaving as it is told or as the stay's length tells it; a month's last day may stand for any of it.
    left_on = (
        "case when months_in_care is not null then "
        "period_of_care_started_on + cast(round(months_in_care * 365.25 / 12) as integer) else ended_on end"
    )
    rows = marts.execute(
        f"""
        with bands(band, youngest, oldest) as (values {bands}),

        said as ({" union all ".join(said)}),

        left_at_18 as (
            select distinct child_key, cast({left_on} as date) as left_on
            from marts.children_ceased_by_period where age_band = '{AT_18}'
        ),

        bounds as (
            select
                child_key,
                cast(day - to_years(oldest + 1) as date) + 1 as first,
                cast(day - to_years(youngest) as date) as last
            from said where day is not null
            union all
            select
                child_key,
                cast(
                    case when left_on = last_day(left_on) then date_trunc('month', left_on) else left_on end
                    - to_years(18) as date
                ),
                cast(left_on - to_years(18) as date)
            from left_at_18
        )

        select child_key, max(first), min(last) from bounds group by child_key
        """
    ).fetchall()
    return [Window(*row) for row in rows]


def births(warehouse: Path) -> dict[str, date]:
    """The truth, from the warehouse: each child's date of birth by its key."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return dict(
            connection.execute(
                """
                select keys.child_key, children.dob
                from intermediate.int_children__attributes as children
                inner join staging.stg_reference__child_keys as keys using (la_code, child)
                where children.dob is not null
                """
            ).fetchall()
        )
