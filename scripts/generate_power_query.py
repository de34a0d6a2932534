"""Write docs/templates/excel/children_in_care.pq: the query that an Excel user pastes once to read the tables.

Its columns and types are those of the dbt models. Run it after changing a published table; running it twice changes
nothing, and tests/graph/test_dictionary.py fails while the file is behind. (Power BI's queries: `cla power-bi`.)
"""

import json
from collections.abc import Mapping
from typing import Any

from orchestration.documentation.power_bi.queries import COHORTS, FIGURES, M_TYPES
from orchestration.documentation.published_tables import Table, tables
from orchestration.settings import REPOSITORY, Settings
from orchestration.transform.manifest import prepare_manifest

EXCEL = REPOSITORY / "docs" / "templates" / "excel" / "children_in_care.pq"

DIMENSIONS = ("dim_authority", "dim_period", "metric_catalogue", "dim_date")

HEADING = """\
// The published tables of the children-in-care warehouse, for Excel, which reads CSV and no Parquet. docs/bi.md says
// how the CSV files are made. Written by scripts/generate_power_query.py from the dbt models.
let
    // The one line to change: the folder of the CSV files, with a backslash at its end.
    DataFolder = "C:\\ChildrenInCare\\csv\\",

    // A table with the columns named, each of its type; an empty cell is null, and no text.
    Load = (name as text, columns as list) as table =>
        let
            Source = Csv.Document(File.Contents(DataFolder & name & ".csv"), [Delimiter = ",", Encoding = 65001]),
            Headed = Table.PromoteHeaders(Source, [PromoteAllScalars = true]),
            Chosen = Table.SelectColumns(Headed, List.Transform(columns, each _{0})),
            Names = Table.ColumnNames(Chosen),
            Emptied = Table.ReplaceValue(Chosen, "", null, Replacer.ReplaceValue, Names)
        in
            Table.TransformColumnTypes(Emptied, columns, "en-GB"),
"""

LINKS = """\

    // Excel's data model relates tables by one column. These two are what a period and a category are found by.
    LinkPeriod = (rows as table) as table =>
        Table.AddColumn(
            rows,
            "link_period",
            each [la_code] & "|" & [period_type] & "|" & Date.ToText([period_end], [Format = "yyyy-MM-dd"]),
            type text
        ),
    LinkCategory = (rows as table) as table =>
        Table.AddColumn(rows, "link_category", each [breakdown] & "|" & [category], type text),
"""

CATEGORIES = """\

    // Every category that a figure has, with a place to sort it by. Excel sorts one column by another only where
    // each label has one place, so a label of several lists takes its last one. It takes "Other" and "other" for one
    // label: so must the list of them.
    Places = Table.Group(metric_categories, {"category"}, {{"place", each List.Max([sort_order]), Int64.Type}}),
    Occurring = Table.Distinct(
        Table.Combine(
            List.Transform(
                {metric_values, metric_changes, metric_comparison, metric_trends},
                each Table.SelectColumns(_, {"breakdown", "category", "link_category"})
            )
        ),
        {"link_category", Comparer.OrdinalIgnoreCase}
    ),
    Placed = Table.ExpandTableColumn(
        Table.NestedJoin(Occurring, {"category"}, Places, {"category"}, "listed", JoinKind.LeftOuter),
        "listed",
        {"place"}
    ),
    dim_category = Table.TransformColumnTypes(
        Table.ReplaceValue(Placed, null, 0, Replacer.ReplaceValue, {"place"}),
        {{"place", Int64.Type}}
    ),
"""


def power_query(manifest: Mapping[str, Any]) -> str:
    """Return the whole file: one expression, a record with a table in each field."""
    published = {table.name: table for table in tables(manifest)}
    steps = [HEADING, LINKS]
    for name in (*FIGURES, "metric_categories", *DIMENSIONS, *COHORTS):
        steps.append("\n" + step(published[name]))
    fields = (*FIGURES, "dim_category", *DIMENSIONS, *COHORTS)
    record = ",\n".join(f"        {name} = {name}" for name in fields)
    return "".join(steps) + CATEGORIES.rstrip().rstrip(",") + f"\nin\n    [\n{record}\n    ]\n"


def step(table: Table) -> str:
    """Return the expression of one table, with the links that it can have."""
    columns = {column.name for column in table.columns}
    listed = ",\n".join(f'            {{"{column.name}", {M_TYPES[column.data_type]}}}' for column in table.columns)
    loaded = f'Load(\n        "{table.name}",\n        {{\n{listed}\n        }}\n    )'
    if {"la_code", "period_type", "period_end"} <= columns:
        loaded = f"LinkPeriod({loaded})"
    elif table.name == "metric_months":
        # Its periods are financial years, and it does not say so in a column.
        loaded = f'LinkPeriod(Table.AddColumn({loaded}, "period_type", each "financial_year", type text))'
    if {"breakdown", "category"} <= columns and table.name != "metric_categories":
        loaded = f"LinkCategory({loaded})"
    return f"    {table.name} = {loaded},\n"


def main() -> None:
    """Write the file."""
    manifest = json.loads(prepare_manifest(Settings.from_environment()).read_bytes())
    EXCEL.write_text(power_query(manifest), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
