"""The database behind a site: one authority's rows of a publication, and the names that people read.

Evidence ships every row of its sources to whoever opens the site, so nothing else may be in the file it reads. Of the
internal publication no table with rows of children is taken, and officers have their labels ("IRO 1") for keys.
"""

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.publish.publication import FORBIDDEN_COLUMNS, FORBIDDEN_TO_THE_PUBLIC, STORAGE_VERSION
from orchestration.reports.labels import label, position
from orchestration.reports.phrases import shown

TABLES = (
    "dim_period",
    "metric_catalogue",
    "metric_categories",
    "metric_changes",
    "metric_comparison",
    "metric_distribution",
    "metric_headlines",
    "metric_months",
    "metric_ranks",
    "metric_trends",
    "metric_values",
    "permanence_curve",
)
"""What the pages of both sites read; the publication's other tables stay out of the site."""

INTERNAL_TABLES = (
    "data_quality_counts",
    "delivery_totals",
    "iro_caseload_months",
    "metric_revisions",
    "own_return_comparison",
    "report_reconciliation",
    "work_list_counts",
)
"""What the internal site's own pages read beside them: counts by delivery, rule, list and officer."""

OFFICER = "officer"
"""What stands in the place of an officer's key: the label that the authority's staff know."""

SECTIONS = {
    "population": "Children in our care",
    "placement": "Placements",
    "stability": "Placement stability",
    "entering": "Entering care",
    "leaving": "Leaving care",
    "permanence": "Permanence",
    "reviews": "Reviews",
    "participation": "Participation",
    "iro_service": "The IRO service",
    "disputes": "Resolving concerns",
    "quality": "Quality assurance",
    "outcomes": "Outcomes",
    "care_leavers": "Care leavers",
}
"""What the sections of the catalogue are called."""

UNITS = {
    "percent": "%",
    "rate_per_10000": "per 10,000 children",
    "median_months": "months (median)",
    "fte": "full-time equivalents",
}

BREAKDOWNS = {
    "all": "All",
    "age_band": "Age",
    "audience": "Audience",
    "audit_grade": "Grade of the audit",
    "audit_type": "Kind of audit",
    "care_leaver_age": "Age of the care leaver",
    "category_of_need": "Category of need",
    "consulted": "Who was consulted",
    "dispute_category": "Subject of the dispute",
    "dispute_stage": "Stage of the dispute",
    "distance_band": "Distance from home",
    "employment": "Employment of the officer",
    "ethnicity_group": "Ethnicity",
    "event": "Event",
    "exit_group": "Where children went",
    "exit_reason": "Reason for leaving",
    "iro": "Officer",
    "late_reason": "Reason for being late",
    "legal_status_group": "Legal status",
    "locality": "Inside or outside the authority",
    "participation_code": "Participation code",
    "placement_detail": "Kind of placement",
    "placement_group": "Placement",
    "plan_type": "Permanence plan",
    "provider_group": "Provider",
    "rag_rating": "Rating of the oversight",
    "review_format": "Form of the review",
    "review_type": "Which review",
    "sex": "Sex",
    "uasc": "Unaccompanied asylum-seeking children",
}


def write_source(
    database: Path, destination: Path, la_code: str, manifest: dict[str, Any], *, internal: bool = False
) -> None:
    """Write the rows of `la_code` from a publication's file, and their names, to a new file `destination`.

    The tables of the publication keep their names in the schema `marts`; `site` holds the names of metrics and
    categories, the figures as people read them (`65%`, `not shown`), and one row about the publication. `internal` says
    that it is the publication for the authority's own staff, whose officers and own tables are written too.
    """
    with duckdb.connect(config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}) as db:
        db.execute(f"attach '{_quoted(database)}' as publication (read_only)")
        db.execute(f"attach '{_quoted(destination)}' as source (storage_version '{STORAGE_VERSION}')")
        db.execute("create schema source.marts")
        db.execute("create schema source.site")
        for table in (*TABLES, *INTERNAL_TABLES) if internal else TABLES:
            _copy(db, table, la_code, internal=internal)
        _write_names(db, la_code, manifest, internal=internal)
        db.execute("detach source")  # writes a checkpoint: no write-ahead log is left beside the file


def _copy(db: duckdb.DuckDBPyConnection, table: str, la_code: str, *, internal: bool) -> None:
    """Copy the authority's rows of a table, with its officers' labels for their keys."""
    columns = [
        name
        for (name,) in db.execute(
            "select column_name from duckdb_columns() where database_name = 'publication' and table_name = ? "
            "order by column_index",
            [table],
        ).fetchall()
    ]
    selected = {name: f'rows."{name}"' for name in columns}
    of_the_authority = "where rows.la_code = $1" if "la_code" in columns else ""
    officers = ""
    if internal and "breakdown" in columns:
        officers = "rows.breakdown = 'iro' and rows.category = officers.iro_key"
        selected["category"] = f"case when rows.breakdown = 'iro' then {_LABEL} else rows.category end"
    elif internal and "iro_key" in columns:
        officers = "rows.iro_key = officers.iro_key"
        del selected["iro_key"]
        selected[OFFICER] = f"case when rows.iro_key = 'all' then 'all' else {_LABEL} end"
    for name in selected:
        if FORBIDDEN_COLUMNS.fullmatch(name) or FORBIDDEN_TO_THE_PUBLIC.fullmatch(name):
            raise RuntimeError(f"{table} has rows of single people and cannot go into a site")
    join = f"left join publication.marts.dim_iro as officers on {officers}" if officers else ""
    listed = ", ".join(f'{expression} as "{name}"' for name, expression in selected.items())
    db.execute(
        f"create table source.marts.{table} as select {listed} "  # noqa: S608 - names of our own tables and columns
        f"from publication.marts.{table} as rows {join} {of_the_authority}",
        [la_code] if of_the_authority else [],
    )


def _write_names(db: duckdb.DuckDBPyConnection, la_code: str, manifest: dict[str, Any], *, internal: bool) -> None:
    metrics = [
        {
            "metric_id": metric_id,
            "section_name": SECTIONS.get(section, section),
            "unit_name": UNITS.get(unit, unit),
        }
        for metric_id, section, unit in db.execute(
            "select metric_id, section, unit from source.marts.metric_catalogue order by metric_id"
        ).fetchall()
    ]
    categories = [
        {
            "breakdown": breakdown,
            "category": category,
            "breakdown_name": BREAKDOWNS.get(breakdown, breakdown),
            "category_name": "All" if category == "all" else label(breakdown, category),
            "category_position": _place(breakdown, category),
        }
        for breakdown, category in db.execute(_CATEGORIES).fetchall()
    ]
    displays = [
        {"unit": unit, "display_value": display, "shown": shown(display, unit)}
        for unit, display in db.execute(_displays(internal=internal)).fetchall()
    ]
    about = [
        {
            "la_code": la_code,
            "run_id": str(manifest.get("run_id", "")),
            "published_at": str(manifest.get("published_at", "")),
            "code_version": str(manifest.get("code_version", "")),
        }
    ]
    for table, rows, schema in (
        ("metrics", metrics, _METRICS_SCHEMA),
        ("categories", categories, _CATEGORIES_SCHEMA),
        ("displays", displays, _DISPLAYS_SCHEMA),
        ("publication", about, _PUBLICATION_SCHEMA),
    ):
        db.register("written", pa.Table.from_pylist(rows, schema=schema))
        db.execute(f"create table source.site.{table} as from written")
        db.unregister("written")


def _place(breakdown: str, category: str) -> int:
    """Return where a category stands among those of its breakdown; officers by the number of their label."""
    number = category.removeprefix("IRO ")
    return int(number) if breakdown == "iro" and number.isdecimal() else position(breakdown, category)[0]


def _quoted(path: Path) -> str:
    return path.as_posix().replace("'", "''")


_METRICS_SCHEMA = pa.schema(
    [
        ("metric_id", pa.string()),
        ("section_name", pa.string()),
        ("unit_name", pa.string()),
    ]
)
_CATEGORIES_SCHEMA = pa.schema(
    [
        ("breakdown", pa.string()),
        ("category", pa.string()),
        ("breakdown_name", pa.string()),
        ("category_name", pa.string()),
        ("category_position", pa.int32()),
    ]
)
_DISPLAYS_SCHEMA = pa.schema([("unit", pa.string()), ("display_value", pa.string()), ("shown", pa.string())])
_PUBLICATION_SCHEMA = pa.schema(
    [
        ("la_code", pa.string()),
        ("run_id", pa.string()),
        ("published_at", pa.string()),
        ("code_version", pa.string()),
    ]
)

_CATEGORIES = """
select breakdown, category from source.marts.metric_values
union
select breakdown, category from source.marts.metric_trends
union
select breakdown, category from source.marts.metric_categories
order by all
"""

_DISPLAYED = {
    "metric_values": ("display_value",),
    "metric_changes": ("display_value", "previous_display"),
    "metric_comparison": ("comparator_display",),
    "metric_trends": ("display_value",),
    "metric_distribution": ("display_value",),
    "metric_ranks": ("display_value",),
    "metric_months": ("display_value",),
    "permanence_curve": ("display_value",),
}
"""The columns of both sites that hold a figure as the tables write it."""

_INTERNAL_DISPLAYED = {
    "metric_revisions": ("display_value", "previous_display"),
    "own_return_comparison": ("own_display", "published_display"),
    "report_reconciliation": ("computed_display",),
}

_METRIC_OF = {"permanence_curve": "'left_to_permanence'"}
"""The metric of a table that names none."""


def _displays(*, internal: bool) -> str:
    """Return the query for every figure that a site shows, once for each unit."""
    displayed = _DISPLAYED | (_INTERNAL_DISPLAYED if internal else {})
    figures = " union ".join(
        f"select {_METRIC_OF.get(table, 'metric_id')} as metric_id, {column} as display_value "  # noqa: S608 - our names
        f"from source.marts.{table}"
        for table, columns in displayed.items()
        for column in columns
    )
    return f"""
    select distinct metrics.unit, displays.display_value
    from ({figures}) as displays
    inner join source.marts.metric_catalogue as metrics on displays.metric_id = metrics.metric_id
    where displays.display_value is not null
    order by all
    """  # noqa: S608 - the same


_LABEL = "coalesce(officers.iro_label, 'Unknown')"
