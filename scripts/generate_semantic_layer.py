"""Write dbt's semantic layer from the declarations of the metrics: what MetricFlow answers questions with.

A semantic model for each cohort that has its rows once for each period, with the columns to group by, and a metric for
each that is counted from them (`models/marts/cohorts/_semantic_models.yml`); docs/bi.md says how to ask. Running it
twice changes nothing, and tests/unit/test_generated_files.py fails while the file is behind.
"""

import re
import runpy
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).resolve().parents[1]
SEMANTIC_MODELS = REPOSITORY / "models" / "marts" / "cohorts" / "_semantic_models.yml"
HEADING = """\
# Written by scripts/generate_semantic_layer.py from the declarations of the metrics. docs/bi.md says how to ask.
# A figure is of financial years, and of each authority's latest one unless the question groups by `metric_time`: a
# child is in the rows of every period, and those of several periods are never added up.
"""

PERIODIC = "_by_period"
EVERY_ROW = "every row"
COLUMNS = {"iro": "iro_key"}
"""The columns of breakdowns that a cohort names otherwise."""


def written() -> dict[Path, str]:
    """Return the file that this script writes, with its content."""
    declarations = runpy.run_path(str(REPOSITORY / "scripts" / "generate_metrics.py"))
    words = declarations["counted_and_out_of"]
    # A share is its count by group, and a rate needs a population, which no cohort has.
    asked = [one for one in declarations["metrics"]() if one.kept_rows.endswith(PERIODIC) and not one.of]
    cohorts = {cohort: [one for one in asked if one.kept_rows == cohort] for cohort in (one.kept_rows for one in asked)}
    content = {
        "version": 2,
        "semantic_models": [semantic_model(cohort, of_it, words) for cohort, of_it in cohorts.items()],
        "metrics": [metric for one in asked for metric in metrics(one, *words(one))],
    }
    return {SEMANTIC_MODELS: HEADING + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)}


def semantic_model(cohort: str, asked: list[Any], words: Any) -> dict[str, Any]:
    """Return a cohort with its columns to group by and what is counted of its rows."""
    breakdowns = {
        COLUMNS.get(name, name)
        for one in asked
        for name, options in one.breakdowns.items()
        if "rows" not in options and options.get("column", name) in (name, COLUMNS.get(name))
    }
    return {
        "name": name_of(cohort),
        "description": f"The rows of `{cohort}`: one for each child, review, dispute or officer in each period.",
        "model": f"ref('{cohort}')",
        "defaults": {"agg_time_dimension": "period_end"},
        "primary_entity": name_of(cohort),
        "entities": [
            {"name": "authority", "type": "foreign", "expr": "la_code"},
            {"name": "kind_of_period", "type": "foreign", "expr": "period_type"},
        ],
        "dimensions": [
            {"name": "period_end", "type": "time", "type_params": {"time_granularity": "day"}},
            *({"name": column, "type": "categorical"} for column in ("la_code", "period_type", *sorted(breakdowns))),
        ],
        "measures": [
            measure(f"{one.id}{suffix}", said)
            for one in asked
            for suffix, said in zip(("_counted", "_out_of"), words(one), strict=True)
            if said
        ],
    }


def measure(name: str, said: str) -> dict[str, Any]:
    """Return what is counted of rows, from the words of the table of drill-down."""
    if said == EVERY_ROW:
        aggregation, expression = "sum", "1"
    else:
        words = re.fullmatch(r"(?:(sum|median) of )?`([^`]+)`(?:, of `([^`]+)`)?", said)
        if words is None:
            raise ValueError(f"{name}: {said!r} is not what a semantic model can count")
        kind, code, condition = words.groups()
        if kind:
            aggregation, expression = kind, f"case when {condition} then {code} end" if condition else code
        else:
            aggregation, expression = "sum", f"case when {code} then 1 else 0 end"
    return {
        "name": name,
        "agg": aggregation,
        "expr": expression,
        "non_additive_dimension": {
            "name": "period_end",
            "window_choice": "max",
            "window_groupings": ["authority", "kind_of_period"],
        },
    }


def metrics(declared: Any, counted: str, out_of: str) -> list[dict[str, Any]]:
    """Return a metric, and before a quotient the two counts that it is made of."""
    said = {"label": declared["name"], "description": declared["definition"]}
    of_years = f"{{{{ Dimension('{name_of(declared.kept_rows)}__period_type') }}}} = 'financial_year'"

    def simple(name: str, measured: str, told: dict[str, str]) -> dict[str, Any]:
        return {"name": name, **told, "type": "simple", "type_params": {"measure": measured}, "filter": of_years}

    if not out_of or counted.startswith("median"):
        return [simple(declared.id, f"{declared.id}_counted", said)]
    factor = "100.0 * " if declared.unit == "percent" else "1.0 * "
    of_name = "denominator" if declared.unit == "percent" else "out of"
    return [
        simple(f"{declared.id}_counted", f"{declared.id}_counted", {"label": f"{declared['name']}: counted"}),
        simple(f"{declared.id}_out_of", f"{declared.id}_out_of", {"label": f"{declared['name']}: {of_name}"}),
        {
            "name": declared.id,
            **said,
            "type": "derived",
            "type_params": {
                "expr": f"{factor}{declared.id}_counted / nullif({declared.id}_out_of, 0)",
                "metrics": [{"name": f"{declared.id}_counted"}, {"name": f"{declared.id}_out_of"}],
            },
        },
    ]


def name_of(cohort: str) -> str:
    """Return what a cohort's rows are called in questions."""
    return cohort.removesuffix(PERIODIC)


def main() -> None:
    """Write the file."""
    for path, text in written().items():
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
