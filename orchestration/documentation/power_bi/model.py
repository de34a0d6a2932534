"""The model as TMDL files: tables with their columns and queries, relationships, the folder as a parameter."""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.documentation.power_bi.measures import TABLE, Measure, measures
from orchestration.documentation.power_bi.queries import (
    CATEGORIES,
    COHORTS,
    FIGURES,
    FUNCTIONS,
    FUNCTIONS_ARE,
    M_TYPES,
    links,
    query,
    quoted,
)
from orchestration.documentation.published_tables import Column, Table, tables
from orchestration.publish.publication import Variant

DIMENSIONS = ("dim_authority", "dim_period", "metric_catalogue", "metric_headlines")

TYPES = {
    "type text": "string",
    "type logical": "boolean",
    "type date": "dateTime",
    "type datetime": "dateTime",
    "Int64.Type": "int64",
    "type number": "double",
}
"""The type of a column in the model, by its type in Power Query."""

OF_A_DIMENSION = {
    "la_code",
    "la_name",
    "period_type",
    "period_start",
    "period_end",
    "metric_id",
    "breakdown",
    "category",
    "is_synthetic",
}
"""What figures and cohorts have of their dimensions: hidden there, so that people filter by the dimension."""

HIDDEN = {
    "dim_authority": {"la_code"},
    "dim_period": {"period_key", "la_code", "link_period", "period_place"},
    "metric_catalogue": {"metric_id", "rank"},
    "metric_headlines": {"place", "metric_id", "breakdown", "category", "link_headline"},
    "dim_category": {"link_category", "place"},
}

SORTED_BY = {
    ("dim_period", "period"): "period_place",
    ("dim_category", "category"): "place",
    ("metric_catalogue", "name"): "rank",
    ("metric_catalogue", "short_name"): "rank",
    ("metric_headlines", "name"): "place",
}
"""A label's order; each label must have one place. tests/integration/test_power_bi.py sees to that."""

LINKED = {
    "LinkPeriod": Column("link_period", "varchar", "The authority, period type and last day: leads to dim_period."),
    "LinkCategory": Column("link_category", "varchar", "The breakdown and category: leads to dim_category."),
    "LinkHeadline": Column(
        "link_headline", "varchar", "The metric, breakdown and category: leads to metric_headlines."
    ),
}

CATEGORY_COLUMNS = (
    Column("breakdown", "varchar", "The breakdown; all for the headline."),
    Column("category", "varchar", "The category of the breakdown; all for the headline."),
    LINKED["LinkCategory"],
    Column("place", "bigint", "The category's place in its list, to sort by; 0 where it is of no list."),
)

PERIOD_COLUMNS = (
    Column("period", "varchar", "Latest for the newest period of its authority and type, else its last day."),
    Column("period_place", "bigint", "The period's place, to sort by: the latest first."),
)

_TAGS = uuid.UUID("6d1f4a52-0b0c-5c52-9a34-2f6c3a1c9d10")
"""Where the tags come from by which Power BI knows an object again: the same name has the same tag in each project."""


@dataclass(frozen=True)
class Relationship:
    """Many rows of `table` lead to one row of `to_table` by one column each."""

    table: str
    column: str
    to_table: str
    to_column: str


def model_tables(manifest: Mapping[str, Any], variant: Variant, *, with_rows: bool) -> list[Table]:
    """Return the published tables that the model loads: figures and dimensions, and with the rows the cohorts too."""
    published = {table.name: table for table in tables(manifest, variant)}
    return [published[name] for name in (*FIGURES, *DIMENSIONS, *(COHORTS if with_rows else ()))]


def columns_of(table: Table) -> list[Column]:
    """Return a table's columns, with those that its query adds."""
    added = [LINKED[function] for function in links(table)]
    if table.name == "metric_months":
        added.insert(0, Column("period_type", "varchar", "Always financial_year."))
    return [*table.columns, *added, *(PERIOD_COLUMNS if table.name == "dim_period" else ())]


def relationships(loaded: Iterable[Table]) -> list[Relationship]:
    """Return what leads where. Dimensions lead nowhere, or there would be two ways from a figure to its authority."""
    found = []
    for table in loaded:
        if table.name in DIMENSIONS:
            continue
        there = {column.name for column in columns_of(table)}
        ways = [
            ("la_code", "dim_authority", "la_code"),
            ("link_period", "dim_period", "link_period"),
            ("metric_id", "metric_catalogue", "metric_id"),
            ("link_category", "dim_category", "link_category"),
            ("link_headline", "metric_headlines", "link_headline"),
        ]
        found += [Relationship(table.name, column, to, by) for column, to, by in ways if column in there]
    return found


def model_files(manifest: Mapping[str, Any], variant: Variant, folder: str, *, with_rows: bool) -> dict[str, str]:
    """Return the files of the model's folder `definition` by their paths; `folder` is the publication's, for Windows.

    Their language is TMDL: one tab for each level, `///` before what it describes. They are written as Microsoft's own
    library writes them, blank lines included, so that a first save in Power BI Desktop changes nothing.
    """
    loaded = model_tables(manifest, variant, with_rows=with_rows)
    calculated = measures(variant)
    names = [TABLE, *(table.name for table in loaded), "dim_category"]
    return {
        "database.tmdl": "database\n\tcompatibilityLevel: 1600\n\n",
        "model.tmdl": _model(names),
        "expressions.tmdl": _expressions(folder),
        "relationships.tmdl": "\n".join([*(_relationship(one) for one in relationships(loaded)), ""]),
        f"tables/{TABLE}.tmdl": _measures_table(calculated),
        "tables/dim_category.tmdl": _table(
            "dim_category",
            "One row per breakdown and category that a figure has.",
            CATEGORY_COLUMNS,
            CATEGORIES,
        ),
        **{
            f"tables/{table.name}.tmdl": _table(table.name, table.description, columns_of(table), query(table))
            for table in loaded
        },
    }


def is_hidden(table: str, column: str) -> bool:
    """Tell whether a column is left out of the field list."""
    of_rows = table in FIGURES or table in COHORTS
    return (of_rows and (column in OF_A_DIMENSION or column.startswith("link_"))) or column in HIDDEN.get(table, ())


def tag(*names: str) -> str:
    """Return the tag of an object."""
    return str(uuid.uuid5(_TAGS, "/".join(names)))


def _name(name: str) -> str:
    return name if name.replace("_", "a").isalnum() else "'" + name.replace("'", "''") + "'"


def _indented(text: str, tabs: int) -> str:
    return "\n".join("\t" * tabs + line if line else "" for line in text.split("\n"))


def _model(names: list[str]) -> str:
    order = json.dumps(["DataFolder", *FUNCTIONS, *names])
    tables_named = "\n".join(f"ref table {_name(name)}" for name in names)
    # Automatic date tables would add calendars of their own to every date, and sums of them to the field list.
    return f"""\
model Model
	culture: en-GB
	defaultPowerBIDataSourceVersion: powerBI_V3
	discourageImplicitMeasures
	sourceQueryCulture: en-GB
	dataAccessOptions
		legacyRedirects
		returnErrorValuesAsNull

annotation __PBI_TimeIntelligenceEnabled = 0

annotation PBI_QueryOrder = {order}

{tables_named}

"""


def _expressions(folder: str) -> str:
    """Return the parameter, and the queries that are functions."""
    parameter = f"""\
/// The folder of the publication, with a backslash at its end.
expression DataFolder = {quoted(folder)} meta [IsParameterQuery=true, Type="Text", IsParameterQueryRequired=true]
	lineageTag: {tag("DataFolder")}

	annotation PBI_ResultType = Text
"""
    functions = [
        f"""\
/// {FUNCTIONS_ARE[name]}
expression {name} =
{_indented(body, 2)}
	lineageTag: {tag(name)}

	annotation PBI_ResultType = Function
"""
        for name, body in FUNCTIONS.items()
    ]
    return "\n".join([parameter, *functions, ""])


def _relationship(one: Relationship) -> str:
    return f"""\
relationship {tag("relationship", one.table, one.to_table)}
	fromColumn: {one.table}.{one.column}
	toColumn: {one.to_table}.{one.to_column}
"""


def _table(name: str, description: str, columns: Iterable[Column], source: str) -> str:
    parts = [f"/// {description}\ntable {name}\n\tlineageTag: {tag(name)}\n"]
    parts += [_column(name, column) for column in columns]
    parts.append(_partition(name, source))
    return "\n".join(parts)


def _column(table: str, column: Column) -> str:
    m_type = M_TYPES[column.data_type]
    lines = [f"\t/// {column.description}", f"\tcolumn {column.name}", f"\t\tdataType: {TYPES[m_type]}"]
    if is_hidden(table, column.name):
        lines.append("\t\tisHidden")
    if TYPES[m_type] == "dateTime":
        lines.append(f"\t\tformatString: {'Short Date' if m_type == 'type date' else 'General Date'}")
    lines += [
        f"\t\tlineageTag: {tag(table, column.name)}",
        "\t\tsummarizeBy: none",
        f"\t\tsourceColumn: {column.name}",
    ]
    if (table, column.name) in SORTED_BY:
        lines.append(f"\t\tsortByColumn: {SORTED_BY[table, column.name]}")
    lines += ["", "\t\tannotation SummarizationSetBy = User"]
    if m_type == "type date":
        lines += ["", "\t\tannotation UnderlyingDateTimeDataType = Date"]
    return "\n".join(lines) + "\n"


def _partition(name: str, source: str) -> str:
    written = f"\n{_indented(source, 4)}" if "\n" in source else f" {source}"
    return f"\tpartition {name} = m\n\t\tmode: import\n\t\tsource ={written}\n\n"


def _measures_table(calculated: Iterable[Measure]) -> str:
    parts = [
        "/// What the pages show: each measure picks one row, and adds up nothing.\n"
        f"table {TABLE}\n\tlineageTag: {tag(TABLE)}\n"
    ]
    for one in calculated:
        lines = [f"\t/// {one.description}"]
        if "\n" in one.expression:
            lines += [f"\tmeasure {_name(one.name)} =", _indented(one.expression, 3)]
        else:
            lines.append(f"\tmeasure {_name(one.name)} = {one.expression}")
        if one.format:
            lines.append(f"\t\tformatString: {one.format}")
        if one.is_hidden:
            lines.append("\t\tisHidden")
        lines += [f"\t\tdisplayFolder: {one.folder}", f"\t\tlineageTag: {tag(TABLE, one.name)}"]
        parts.append("\n".join(lines) + "\n")
    parts.append(
        f"""\
	/// A table must have a column.
	column unused
		dataType: string
		isHidden
		lineageTag: {tag(TABLE, "unused")}
		summarizeBy: none
		sourceColumn: unused

		annotation SummarizationSetBy = User
"""
    )
    parts.append(_partition(TABLE, "#table(type table [unused = text], {})"))
    return "\n".join(parts)
