"""What the model calculates: each measure picks one row, and nothing where the page has not picked one."""

import csv
from dataclasses import dataclass

from orchestration.documentation.power_bi.queries import quoted
from orchestration.publish.publication import Variant
from orchestration.settings import REPOSITORY

TABLE = "Figures"
"""The table that the measures stand in; it has no rows. Analysis Services keeps the name Measures for itself."""

SEEDS = REPOSITORY / "seeds" / "metrics"


@dataclass(frozen=True)
class Measure:
    """A measure: what it says in DAX, how it is shown (empty: text), and the folder of the field list it lies in."""

    name: str
    expression: str
    folder: str
    description: str
    format: str = ""
    is_hidden: bool = False


def _one(table: str, column: str) -> str:
    """Return the DAX of a column's value where one row is left: equal values of several rows are no figure."""
    return f"IF ( COUNTROWS ( {table} ) = 1, SELECTEDVALUE ( {table}[{column}] ) )"


def _against(comparator: str, measure: str) -> str:
    return f"CALCULATE ( [{measure}], metric_comparison[comparator] = {quoted(comparator)} )"


NUMBER = "#,0.0"
NEIGHBOURS = "Statistical neighbours"

PICKED = (
    Measure("Figure", _one("metric_values", "value"), "Figure", "The figure picked, unrounded: to draw with.", NUMBER),
    Measure(
        "Figure as shown",
        _one("metric_values", "display_value"),
        "Figure",
        "The figure picked as DfE rounds and marks it: z is 0 of 0, c is hidden, k is a number that rounds to 0.",
    ),
    Measure("Counted", _one("metric_values", "numerator"), "Figure", "What the figure counts.", "#,0"),
    Measure("Out of", _one("metric_values", "denominator"), "Figure", "What it counts it out of, if anything.", "#,0"),
    Measure("Status", _one("metric_values", "status"), "Figure", "provisional until every return behind it is final."),
    Measure(
        "Month's figure",
        _one("metric_months", "value"),
        "Figure",
        "The figure of one month of a financial year, of the metrics that have months: put month_ends_on on the page.",
        NUMBER,
    ),
    Measure(
        "Last year as shown",
        _one("metric_changes", "previous_display"),
        "Last year",
        "The figure of the year before, as DfE rounds and marks it.",
    ),
    Measure(
        "Change on last year", _one("metric_changes", "change"), "Last year", "This year's less last year's.", NUMBER
    ),
    Measure(
        "Better or worse than last year",
        _one("metric_changes", "verdict"),
        "Last year",
        "better or worse where the change is more than chance, else little change.",
    ),
    Measure(
        "Comparator",
        _one("metric_comparison", "comparator_value"),
        "Comparators",
        "What DfE publishes of the comparator picked (metric_comparison[comparator]).",
        NUMBER,
    ),
    Measure(
        "Comparator as shown",
        _one("metric_comparison", "comparator_display"),
        "Comparators",
        "The same as DfE prints it: x, c and others where it publishes no number.",
    ),
    Measure(
        "Difference from the comparator",
        _one("metric_comparison", "difference"),
        "Comparators",
        "The authority's figure less the comparator's.",
        NUMBER,
    ),
    Measure(
        "Verdict against the comparator",
        _one("metric_comparison", "verdict"),
        "Comparators",
        "better or worse where the difference is more than chance, else little difference.",
    ),
    Measure("England", _against("England", "Comparator"), "Comparators", "England's figure by DfE.", NUMBER),
    Measure(
        "England as shown", _against("England", "Comparator as shown"), "Comparators", "England's figure as printed."
    ),
    Measure(
        "Verdict against England",
        _against("England", "Verdict against the comparator"),
        "Comparators",
        "better or worse where the difference is more than chance, else little difference.",
    ),
    Measure(
        "Neighbours as shown",
        _against(NEIGHBOURS, "Comparator as shown"),
        "Comparators",
        "The figure of the statistical neighbours as printed.",
    ),
    Measure(
        "Trend",
        _one("metric_trends", "value"),
        "Trend",
        "The figure of one series (metric_trends[series_name]) in one year (metric_trends[collection_year]).",
        NUMBER,
    ),
    Measure(
        "What it means",
        "SELECTEDVALUE ( metric_catalogue[definition] )",
        "About",
        "The definition of the metric picked, in plain words.",
    ),
    Measure(
        "Period shown",
        # Of the figures, as an authority picked leaves the periods of others in dim_period.
        "VAR FirstDay = SELECTEDVALUE ( metric_values[period_start] )\n"
        "VAR LastDay = SELECTEDVALUE ( metric_values[period_end] )\n"
        "VAR Status = SELECTEDVALUE ( metric_values[status] )\n"
        "RETURN\n"
        "\tIF (\n"
        "\t\tISBLANK ( LastDay ),\n"
        '\t\t"Pick one authority, period type and period",\n'
        '\t\tFORMAT ( FirstDay, "d mmm yyyy" ) & " to " & FORMAT ( LastDay, "d mmm yyyy" )\n'
        '\t\t\t& IF ( ISBLANK ( Status ), "", ", " & Status )\n'
        "\t)",
        "About",
        "The days of the period picked, and whether its figures are provisional or final.",
    ),
    Measure(
        "Rows",
        "COUNTROWS ( metric_values )",
        "About",
        "How many figures are left; the slicers list only what has one.",
        "0",
        is_hidden=True,
    ),
)

MARKS = {
    False: "OFFICIAL-SENSITIVE: for the authority's own staff; exact small numbers are shown",
    True: "For publication: small numbers are hidden",
}


def banner(variant: Variant) -> Measure:
    """Return the measure that stands on top of each page: who it is for, and whether the data is invented."""
    return Measure(
        "Banner",
        f"{quoted(MARKS[variant.is_public])}\n"
        "\t& IF (\n"
        "\t\tCALCULATE ( COUNTROWS ( dim_period ), REMOVEFILTERS (), dim_period[is_synthetic] = TRUE () ) > 0,\n"
        '\t\t". SYNTHETIC DATA: every child and every officer is invented"\n'
        "\t)",
        "About",
        "Who the page is for, and whether the data is invented.",
    )


def format_of(unit: str, decimals: int) -> str:
    """Return how a headline of a unit is shown. Percentages are 0 to 100, so Power BI's own format is not theirs."""
    places = "." + "0" * decimals if decimals else ""
    return f'0{places}"%"' if unit == "percent" else f"#,0{places}"


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def headlines() -> list[Measure]:
    """Return a measure for each headline figure, whatever metric and category the page has picked."""
    defined = {row["metric_id"]: row for row in _seed("metric_definitions.csv")}
    found = []
    for row in _seed("headline_figures.csv"):
        metric = defined[row["metric_id"]]
        key = "|".join((row["metric_id"], row["breakdown"], row["category"]))
        found.append(
            Measure(
                row["name"],
                "CALCULATE (\n"
                "\t[Figure],\n"
                "\tREMOVEFILTERS ( metric_catalogue ),\n"
                "\tREMOVEFILTERS ( dim_category ),\n"
                "\tREMOVEFILTERS ( metric_headlines ),\n"
                f"\tmetric_headlines[link_headline] = {quoted(key)}\n"
                ")",
                "Headlines",
                row["means"],
                format_of(metric["unit"], int(metric["decimals"])),
            )
        )
    return found


def measures(variant: Variant) -> list[Measure]:
    """Return all measures of a model."""
    return [*PICKED, banner(variant), *headlines()]


def headline_name(metric_id: str) -> str:
    """Return the name of the measure of a metric's headline."""
    (name,) = [row["name"] for row in _seed("headline_figures.csv") if row["metric_id"] == metric_id]
    return name
