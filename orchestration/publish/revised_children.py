"""Which children came into the figures, went out or changed since the last publication that rested on other deliveries.

The counterpart of `metric_revisions`, for those who may see children's own numbers: it answers why it is 440 now, when
the report said 438.
"""

import json
from pathlib import Path

import duckdb

from orchestration.publish.publication import DATABASE, sql_text
from orchestration.publish.whole import MANIFEST, PUBLISHED, Aside
from orchestration.settings import Settings

TABLE = "restricted_revised_children"
COHORTS = {
    "children_looked_after_by_period": "in care on the last day of the year",
    "children_looked_after_in_year_by_period": "in care on any day of the year",
    "children_started_by_period": "entered care in the year",
    "children_ceased_by_period": "left care in the year",
    "children_reviewed_by_period": "had a review held or due in the year",
    "case_oversight_by_period": "oversight on the last day of the year",
    "permanence_by_period": "permanence on the last day of the year",
    "care_leavers_by_period": "care leaver in the year",
}
"""The cohorts with one row per child and period, and what a row of each says of its child."""

_KEYS = ("la_code", "period_type", "period_end", "child_key")
_COLUMNS = """la_code varchar, child varchar, child_key varchar, period_end date, cohort varchar, revision varchar,
    columns varchar, compared_with varchar"""


def last_on_other_deliveries(settings: Settings, aside: Aside) -> Path | None:
    """Return the latest kept publication for the staff whose deliveries are not those of the run that is under way."""
    now = _deliveries(aside.part(PUBLISHED))
    for folder in sorted(settings.publications.glob("*"), reverse=True):
        is_whole = (folder / MANIFEST).exists() and (folder / DATABASE).exists()
        if is_whole and folder.name != aside.run_id and _deliveries(folder) != now:
            return folder
    return None


def add_revised_children(db: duckdb.DuckDBPyConnection, settings: Settings, aside: Aside) -> None:
    """Make the temporary table of this name in a connection to the warehouse, whose map of keys tells the children.

    One row per child, financial year and cohort: whether the child came in, went out or changed, and by which columns.
    It is empty where no publication is kept that rested on other deliveries.
    """
    db.execute(f"create temp table {TABLE} ({_COLUMNS})")
    before = last_on_other_deliveries(settings, aside)
    if before is None:
        return
    for name, folder in (("before", before), ("now", aside.part(PUBLISHED))):
        db.execute(f"attach {sql_text((folder / DATABASE).as_posix())} as {name}_publication (read_only)")
    for cohort in COHORTS:
        columns = [_columns(db, f"{name}_publication", cohort) for name in ("before", "now")]
        shared = [column for column in columns[1] if column in columns[0] and column not in _KEYS]
        if all(columns):
            db.execute(_comparison(cohort, shared), [before.name])
    for name in ("before", "now"):
        db.execute(f"detach {name}_publication")


def _comparison(cohort: str, columns: list[str]) -> str:
    differences = ", ".join(_difference(column) for column in columns)
    on = " and ".join(f"b.{key} = n.{key}" for key in _KEYS)
    # Names of tables and columns are those of our own publications.
    return f"""
        insert into {TABLE}
        with b as (select * from before_publication.marts.{cohort} where period_type = 'financial_year'),
        n as (select * from now_publication.marts.{cohort} where period_type = 'financial_year'),
        compared as (
            select
                coalesce(n.la_code, b.la_code) as la_code,
                coalesce(n.child_key, b.child_key) as child_key,
                coalesce(n.period_end, b.period_end) as period_end,
                case when b.child_key is null then 'came in' when n.child_key is null then 'went out'
                    else 'changed' end as revision,
                case when b.child_key is not null and n.child_key is not null
                    then nullif(concat_ws('; ', {differences or "null"}), '') end as columns
            from b full outer join n on {on}
        )
        select compared.la_code, child_keys.child, compared.child_key, compared.period_end, {sql_text(COHORTS[cohort])},
            compared.revision, compared.columns, $1
        from compared
        left join warehouse.staging.stg_reference__child_keys as child_keys
            on compared.la_code = child_keys.la_code and compared.child_key = child_keys.child_key
        where compared.revision <> 'changed' or compared.columns is not null
    """


def _difference(column: str) -> str:
    """Return SQL that tells how a column differs; of a key, which says nothing to anybody, that it does."""
    old, new = f'b."{column}"', f'n."{column}"'
    told = sql_text(column)
    if not column.endswith("_key"):
        told += f" || ': ' || coalesce(cast({old} as varchar), 'nothing')"
        told += f" || ' became ' || coalesce(cast({new} as varchar), 'nothing')"
    return f"case when {old} is distinct from {new} then {told} end"


def _columns(db: duckdb.DuckDBPyConnection, database: str, table: str) -> list[str]:
    query = "select column_name from duckdb_columns() where database_name = ? and table_name = ? order by column_index"
    return [name for (name,) in db.execute(query, [database, table]).fetchall()]


def _deliveries(publication: Path) -> set[str]:
    manifest = json.loads((publication / MANIFEST).read_text(encoding="utf-8"))
    return {delivery["delivery_id"] for delivery in manifest["deliveries"]}
