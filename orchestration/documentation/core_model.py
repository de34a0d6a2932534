"""The tables and how they lead to each other, as diagrams of docs/core-model.md that are drawn from dbt's manifest."""

from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.documentation.published_tables import KEYS, WITHOUT_A_ROW, Relationship, Table, relationships, tables

BEGIN = "<!-- Written by scripts/generate_diagrams.py from here to the end mark. -->\n"
END = "<!-- end -->"

STAR = (
    "metric_values",
    "metric_changes",
    "metric_comparison",
    "dim_period",
    "dim_authority",
    "metric_catalogue",
    "metric_categories",
)
"""The tables of the figures."""

IN_CARE = (
    "fct_period_of_care",
    "fct_episode",
    "fct_placement",
    "fct_legal_status_spell",
    "fct_missing_incident",
    "fct_adoption",
    "fct_adoption_decision",
    "fct_deprivation_of_liberty_order",
)
"""The facts that the return tells; the others are of the reviewing service."""

DRAWN_TYPES = {"decimal(6,1)": "decimal"}
"""Mermaid reads no brackets in a type."""


def core_model_page(page: str, manifest: Mapping[str, Any]) -> str:
    """Return docs/core-model.md with its diagrams and its table of keys as the manifest gives them now."""
    published = tables(manifest)
    related = relationships(published)
    dimensions = {name for name in KEYS if name.startswith("dim_")} - {"dim_authority", "dim_period", "dim_delivery"}
    facts = {table.name for table in published if table.name.startswith("fct_")}
    cohorts = {table.name for table in published if table.folder == "cohorts"}
    # A fact that belongs to a period of care finds its child through it: fewer lines tell more.
    through = {relationship.table for relationship in related if relationship.to_table == "fct_period_of_care"}
    direct = [r for r in related if not (r.to_table == "dim_child" and r.table in through)]
    in_care, reviewing = dimensions | set(IN_CARE), dimensions | facts - set(IN_CARE)
    lines = [
        "## The figures",
        "",
        *_diagram(published, _within(related, set(STAR)), columns="all"),
        "## The facts: children in care",
        "",
        "Not drawn: `la_code`, which is in every table and leads to `dim_authority`; `child_key` of the tables that",
        "lead to a period of care; dates, which lead to `dim_date`.",
        "",
        *_diagram(published, _within(direct, in_care), columns="keys"),
        "## The facts: the reviewing service",
        "",
        *_diagram(published, _within(direct, reviewing), columns="keys"),
        "## The rows behind the figures",
        "",
        "Not drawn: what all cohorts lead to, which is `dim_authority`, `dim_period` (but for `iro_caseload_months`,",
        "`reviews` and `disputes`) and, by `child_key`, `dim_child`; and cohorts that lead nowhere else.",
        "",
        *_diagram(
            published,
            [
                r
                for r in _within(related, cohorts | dimensions | {"fct_dispute", "fct_review"})
                if r.table in cohorts and "child_key" not in r.columns
            ],
            columns="keys",
        ),
        "## Every relationship",
        "",
        "Null leads nowhere; nor do the values of the last column.",
        "",
        "| rows of | find their row in | by | without a row |",
        "|---|---|---|---|",
        *_table(related),
    ]
    before, rest = page.split(BEGIN, maxsplit=1)
    after = rest.split(END, maxsplit=1)[1]
    return before + BEGIN + "\n" + "\n".join(lines) + "\n\n" + END + after


def _within(related: Sequence[Relationship], names: set[str]) -> list[Relationship]:
    return [relationship for relationship in related if {relationship.table, relationship.to_table} <= names]


def _diagram(drawn: Sequence[Table], related: Sequence[Relationship], *, columns: str) -> list[str]:
    """Return an entity-relationship diagram: of each table all columns, or only those that lead from or to another."""
    leading = {(r.table, column) for r in related for column in r.columns}
    touched = {name for r in related for name in (r.table, r.to_table)}
    lines = ["```mermaid", "erDiagram"]
    for table in drawn:
        if table.name not in touched:
            continue
        lines.append(f"    {table.name} {{")
        for column in table.columns:
            marks = ["PK"] * (column.name in KEYS.get(table.name, ())) + ["FK"] * ((table.name, column.name) in leading)
            if marks or columns == "all":
                data_type = DRAWN_TYPES.get(column.data_type, column.data_type)
                lines.append(f"        {data_type} {column.name} {', '.join(marks)}".rstrip())
        lines.append("    }")
    for relationship in related:
        label = ", ".join(relationship.columns)
        lines.append(f'    {relationship.to_table} ||--o{{ {relationship.table} : "{label}"')
    return [*lines, "```", ""]


def _table(related: Sequence[Relationship]) -> list[str]:
    """Return the relationships as rows of a table, those of the same kind in one."""
    kinds: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for relationship in related:
        kinds.setdefault((relationship.to_table, relationship.columns), []).append(relationship.table)
    return [
        f"| {', '.join(f'`{name}`' for name in sorted(names))} | `{to_table}` | {', '.join(f'`{c}`' for c in columns)} "
        f"| {WITHOUT_A_ROW.get(to_table, '')} |"
        for (to_table, columns), names in sorted(
            kinds.items(), key=lambda kind: (list(KEYS).index(kind[0][0]), kind[0])
        )
    ]
