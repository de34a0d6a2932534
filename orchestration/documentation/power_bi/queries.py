"""Power Query's language: which published tables a model loads, and the expressions that load them."""

from collections.abc import Iterable

from orchestration.documentation.published_tables import Column, Table

FIGURES = ("metric_values", "metric_changes", "metric_comparison", "metric_trends", "metric_months")
COHORTS = (
    "children_looked_after_by_period",
    "children_looked_after_in_year_by_period",
    "children_started_by_period",
    "children_ceased_by_period",
    "care_leavers_by_period",
    "reviews_by_period",
    "children_reviewed_by_period",
    "disputes_by_period",
    "permanence_by_period",
    "case_oversight_by_period",
    "iro_caseloads_by_period",
    "reviews",
    "disputes",
)

M_TYPES = {
    "varchar": "type text",
    "boolean": "type logical",
    "date": "type date",
    "timestamp": "type datetime",
    "integer": "Int64.Type",
    "bigint": "Int64.Type",
    "double": "type number",
    "decimal(6,1)": "type number",
}

PERIOD = ("la_code", "period_type", "period_end")
CATEGORY = ("breakdown", "category")
HEADLINE = ("metric_id", *CATEGORY)

WITHOUT_A_PERIOD_TYPE = "metric_months"
"""Its periods are financial years, and it does not say so in a column."""

FUNCTIONS = {
    "Load": """\
(name as text, columns as list) as table =>
	let
		Source = Parquet.Document(File.Contents(DataFolder & "parquet\\" & name & ".parquet")),
		Chosen = Table.SelectColumns(Source, List.Transform(columns, each _{0}))
	in
		Table.TransformColumnTypes(Chosen, columns)""",
    "LinkPeriod": """\
(rows as table) as table =>
	Table.AddColumn(
		rows,
		"link_period",
		each [la_code] & "|" & [period_type] & "|" & Date.ToText([period_end], [Format = "yyyy-MM-dd"]),
		type text
	)""",
    "LinkCategory": """\
(rows as table) as table =>
	Table.AddColumn(rows, "link_category", each [breakdown] & "|" & [category], type text)""",
    "LinkHeadline": """\
(rows as table) as table =>
	Table.AddColumn(rows, "link_headline", each [metric_id] & "|" & [breakdown] & "|" & [category], type text)""",
}
"""The queries that the tables' queries call. Power BI relates tables by one column: the links are those."""

FUNCTIONS_ARE = {
    "Load": "A published table with the columns named, each of its type.",
    "LinkPeriod": "Adds the column by which a row finds its period.",
    "LinkCategory": "Adds the column by which a row finds its category.",
    "LinkHeadline": "Adds the column by which a row finds the headline figure that it is, if it is one.",
}

PERIODS = """\
let
	Periods = {periods},
	Newest = Table.Group(
		Periods, {{"la_code", "period_type"}}, {{{{"newest", each List.Max([period_end]), type date}}}}
	),
	Joined = Table.ExpandTableColumn(
		Table.NestedJoin(
			Periods, {{"la_code", "period_type"}}, Newest, {{"la_code", "period_type"}}, "of_type", JoinKind.LeftOuter
		),
		"of_type",
		{{"newest"}}
	),
	Named = Table.AddColumn(
		Joined,
		"period",
		each
			if [period_end] = [newest] then
				"Latest"
			else
				Date.ToText([period_end], [Format = "d MMM yyyy", Culture = "en-GB"]),
		type text
	),
	Placed = Table.AddColumn(
		Named,
		"period_place",
		each if [period_end] = [newest] then 0 else 0 - Number.From([period_end]),
		Int64.Type
	)
in
	Table.RemoveColumns(Placed, {{"newest"}})"""

CATEGORIES = """\
let
	Columns = {{"breakdown", type text}, {"category", type text}},
	Lists = Load("metric_categories", {{"category", type text}, {"sort_order", Int64.Type}}),
	Labels = Table.AddColumn(Lists, "label", each Text.Lower([category]), type text),
	Places = Table.Group(Labels, {"label"}, {{"place", each List.Max([sort_order]), Int64.Type}}),
	Occurring = Table.Distinct(
		LinkCategory(
			Table.Combine({
				Load("metric_values", Columns),
				Load("metric_changes", Columns),
				Load("metric_comparison", Columns),
				Load("metric_trends", Columns)
			})
		),
		{"link_category", Comparer.OrdinalIgnoreCase}
	),
	Labelled = Table.AddColumn(Occurring, "label", each Text.Lower([category]), type text),
	Placed = Table.ExpandTableColumn(
		Table.NestedJoin(Labelled, {"label"}, Places, {"label"}, "listed", JoinKind.LeftOuter),
		"listed",
		{"place"}
	),
	Known = Table.ReplaceValue(Placed, null, 0, Replacer.ReplaceValue, {"place"}),
	Typed = Table.TransformColumnTypes(Known, {{"place", Int64.Type}})
in
	Table.RemoveColumns(Typed, {"label"})"""
"""Every category that a figure has, with a place to sort it by.

Power BI sorts one column by another only where each label has one place, so a label of several lists takes its last
one; and it takes "Other" and "other" for one label, so both the list and the places must.
"""


def quoted(text: str) -> str:
    """Return a text as Power Query's language and DAX write one."""
    return '"' + text.replace('"', '""') + '"'


def typed_columns(columns: Iterable[Column]) -> list[str]:
    """Return what `Load` takes: each column with its type."""
    return [f'{{"{column.name}", {M_TYPES[column.data_type]}}}' for column in columns]


def links(table: Table) -> list[str]:
    """Return the functions that add what a table is found by, in the order in which they are called."""
    columns = {column.name for column in table.columns}
    found = []
    if set(PERIOD) <= columns or table.name == WITHOUT_A_PERIOD_TYPE:
        found.append("LinkPeriod")
    if set(CATEGORY) <= columns and table.name != "metric_headlines":
        found.append("LinkCategory")
    if set(HEADLINE) <= columns:
        found.append("LinkHeadline")
    return found


def loading(table: Table, added: Iterable[str], indent: str = "") -> str:
    """Return the expression that loads a table and adds its links; `indent` stands before all lines but the first."""
    listed = f",\n{indent}\t".join(typed_columns(table.columns))
    loaded = f'Load("{table.name}", {{\n{indent}\t{listed}\n{indent}}})'
    if table.name == WITHOUT_A_PERIOD_TYPE:
        loaded = f'Table.AddColumn({loaded}, "period_type", each "financial_year", type text)'
    for function in added:
        loaded = f"{function}({loaded})"
    return loaded


def query(table: Table) -> str:
    """Return the whole query of a table of the model."""
    if table.name == "dim_period":
        return PERIODS.format(periods=loading(table, links(table), "\t"))
    return f"let\n\tSource = {loading(table, links(table), chr(9))}\nin\n\tSource"
