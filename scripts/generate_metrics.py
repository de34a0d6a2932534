"""Write what repeats the declarations of the metrics: the calls that count them, their seeds and their drill-down.

A metric is declared once, under `config.meta.metrics` of the model that counts it
(`models/intermediate/metrics/_int_metrics__<section>.yml`); docs/adding-a-code-or-year.md has the keys. From the
declarations this script writes the lower part of `int_metrics__<section>.sql`, the seeds `metric_definitions`,
`metric_breakdowns`, `headline_figures` and `suppression_measures`, the macro `breakdowns_of_metrics`, and the table of
drill-down in docs/bi.md. Running it twice changes nothing, and tests/unit/test_generated_files.py fails while what it
writes is behind.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

REPOSITORY = Path(__file__).resolve().parents[1]
MODELS = REPOSITORY / "models" / "intermediate" / "metrics"
SEEDS = REPOSITORY / "seeds"
DEFINITIONS = SEEDS / "metrics" / "metric_definitions.csv"
BREAKDOWNS = SEEDS / "metrics" / "metric_breakdowns.csv"
HEADLINES = SEEDS / "metrics" / "headline_figures.csv"
MEASURES = SEEDS / "suppression" / "suppression_measures.csv"
BREAKDOWNS_MACRO = REPOSITORY / "macros" / "metrics" / "breakdowns_of_metrics.sql"
BI_PAGE = REPOSITORY / "docs" / "bi.md"

SECTIONS = (
    "population",
    "placement",
    "stability",
    "entering",
    "leaving",
    "permanence",
    "reviews",
    "participation",
    "iro_service",
    "disputes",
    "quality",
    "outcomes",
    "care_leavers",
)
"""The sections of the catalogue, in their order."""

DECIMALS = {"mean": 1, "median_months": 1, "fte": 1}
"""Decimals shown of a unit; none of any other."""

QUOTIENTS = ("percent", "rate_per_10000", "mean", "median_months")
"""Units that have a denominator, told by a count of its own unless the declaration names another."""

EVERY_ROW = "every row"
INHERITED = ("cohort", "codes_used", "source", "datasets", "source_tables", "measured", "polarity")
"""What a share or rate of a count takes from it."""

MARK = "-- Written from {file} by scripts/generate_metrics.py, down to the end.\n"
DRILL_DOWN = re.compile(r"(<!-- drill-down -->\n).*?(<!-- end of drill-down -->)", re.DOTALL)
WIDTH = 116


@dataclass(frozen=True)
class Metric:
    """One metric as its declaration has it, with what it inherits from the count it is a share or rate of."""

    id: str
    section: str
    unit: str
    declared: Mapping[str, Any]
    breakdowns: Mapping[str, Mapping[str, Any]]
    kept_rows: str
    """The mart that shows the rows that are counted; '' for none."""
    of: str = ""
    """The count that it is a share or rate of; '' for a metric of its own."""

    def __getitem__(self, key: str) -> Any:
        """Return what is declared under a key; empty text where nothing is."""
        return self.declared.get(key, "")


@dataclass
class Model:
    """One model and the metrics that it declares."""

    name: str
    file: Path
    metrics: list[Metric] = field(default_factory=list)

    @property
    def sql(self) -> Path:
        """Return the file of its SQL."""
        return MODELS / f"{self.name}.sql"


def models() -> list[Model]:
    """Return the models that declare metrics, with their metrics in the order in which they stand there."""
    found = []
    for file in sorted(MODELS.glob("_int_metrics__*.yml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8")).get("models", []):
            meta = entry.get("config", {}).get("meta", {})
            if "metrics" in meta:
                found.append(_model(entry["name"], file, meta))
    return found


def metrics() -> list[Metric]:
    """Return all metrics in the order of the catalogue: by section, those of the section's own model first."""
    declared = [(model.name, metric) for model in models() for metric in model.metrics]
    return [
        metric
        for _, metric in sorted(
            declared, key=lambda one: (SECTIONS.index(one[1].section), one[0] != f"int_metrics__{one[1].section}")
        )
    ]


def model_sql(model: Model) -> str:
    """Return a model with its lower part as its declaration gives it; what stands above the mark is written by hand."""
    mark = MARK.format(file=model.file.name)
    by_hand = re.split(r"^-- Written from .*\n", model.sql.read_text(encoding="utf-8"), maxsplit=1, flags=re.MULTILINE)
    parts = []
    names = []
    for metric in model.metrics:
        if not metric.of:
            parts.append(f"{metric.id} as (\n    {{{{ {_call(metric)} }}}}\n),\n")
            names.append(metric.id)
            names += [options["rows"] for options in metric.breakdowns.values() if "rows" in options]
    final = _wrapped("    {{ all_rows_of([", [f"'{name}'" for name in names], "]) }}")
    return f"{by_hand[0]}{mark}{chr(10).join(parts)}\nfinal as (\n{final}\n)\n\nselect * from final\n"


def definition_rows() -> list[dict[str, Any]]:
    """Return the rows of the seed of definitions, which is the catalogue."""
    return [
        {
            "metric_id": metric.id,
            "rank": rank,
            "section": metric.section,
            "name": metric["name"],
            "short_name": metric["short_name"] or metric["name"],
            "unit": metric.unit,
            "polarity": metric["polarity"],
            "numerator": metric["numerator"],
            "denominator": metric["denominator"],
            "breakdowns": ";".join(metric.breakdowns),
            "definition": metric["definition"],
            "defined_in": metric["defined_in"],
            "grade": metric["grade"],
            "codes_used": metric["codes_used"],
            "source": metric["source"],
            "dataset": ";".join(metric["datasets"]),
            "source_tables": ";".join(metric["source_tables"]),
            "measured": metric["measured"],
            "has_headline": _flag(metric.declared.get("has_headline", True)),
            "decimals": DECIMALS.get(metric.unit, 0),
        }
        for rank, metric in enumerate(metrics(), start=1)
    ]


def breakdown_rows() -> list[dict[str, Any]]:
    """Return the rows of the seed of breakdowns."""
    return [
        {
            "metric_id": metric.id,
            "breakdown": breakdown,
            "variant": options.get("categories", "default"),
            "source_tables": ";".join(options.get("source_tables", [])),
        }
        for metric in metrics()
        for breakdown, options in metric.breakdowns.items()
    ]


def headline_rows() -> list[dict[str, Any]]:
    """Return the rows of the seed of headlines: the figures that open a report, in their order."""
    rows = []
    for metric in metrics():
        said = metric["headline"]
        if said:
            said = said if isinstance(said, Mapping) else {"place": said}
            rows.append(
                {
                    "place": said["place"],
                    "metric_id": metric.id,
                    "breakdown": said.get("breakdown", "all"),
                    "category": said.get("category", "all"),
                    "name": said.get("name") or metric["short_name"] or metric["name"],
                    "means": said.get("means") or f"{metric['definition'].split('. ')[0].rstrip('.')}.",
                }
            )
    return sorted(rows, key=lambda row: int(row["place"]))


def measure_rows() -> list[dict[str, Any]]:
    """Return the rows of the seed of measures: which counts a metric tells, and how important it is to show them."""
    rows = []
    for metric in metrics():
        numerator = _measure(metric.declared.get("numerator_measure", metric.of or metric.id))
        denominator = _measure(metric.declared.get("denominator_measure", _usual_denominator(metric)))
        rows.append(
            {
                "metric_id": metric.id,
                **{f"numerator_{key}": value for key, value in numerator.items()},
                **{f"denominator_{key}": value for key, value in denominator.items()},
                "importance": metric["importance"],
                "is_of_children": _flag(metric.declared.get("is_of_children", True)),
            }
        )
    return rows


def breakdowns_macro() -> str:
    """Return the macro that says what each metric is broken down by; `all` is the headline."""
    lines = [
        f"        {metric.id!r}: {['all'] * metric.declared.get('has_headline', True) + list(metric.breakdowns)!r},"
        for metric in metrics()
    ]
    return "\n".join(
        [
            "{#- Written by scripts/generate_metrics.py: the breakdowns of each metric, 'all' being the headline. -#}",
            "{% macro breakdowns_of_metrics() -%}",
            "    {{ return({",
            *lines,
            "    }) }}",
            "{%- endmacro %}\n",
        ]
    )


def bi_page(page: str) -> str:
    """Return the page for users of BI tools with its table of drill-down as the declarations have it."""
    lines = ["| metric | table | counted | out of |", "| --- | --- | --- | --- |"]
    lines += [_drill_down(metric) for metric in metrics() if metric.kept_rows and not metric.of]
    return DRILL_DOWN.sub(lambda found: found[1] + "\n".join(lines) + "\n" + found[2], page)


def counted_and_out_of(metric: Metric) -> tuple[str, str]:
    """Return in words what is counted of a mart's rows and out of what; a declaration says where it is otherwise."""
    said = metric["drill_down"] or {}
    counted = (
        said.get("counted")
        or (f"median of `{metric['median']}`" if metric["median"] else "")
        or (f"sum of `{metric['sum']}`" if metric["sum"] else "")
        or (f"`{metric['counts'] or metric['where']}`" if metric["counts"] or metric["where"] else EVERY_ROW)
    )
    of = (metric["where"] or EVERY_ROW) if metric["of"] == EVERY_ROW else metric["of"]
    return counted, said.get("of") or (of if of in ("", EVERY_ROW) else f"`{of}`")


def csv_text(rows: list[dict[str, Any]]) -> str:
    """Return rows as a CSV file."""
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


def written() -> dict[Path, str]:
    """Return the files that this script writes, each with its content."""
    return {
        **{model.sql: model_sql(model) for model in models()},
        DEFINITIONS: csv_text(definition_rows()),
        BREAKDOWNS: csv_text(breakdown_rows()),
        HEADLINES: csv_text(headline_rows()),
        MEASURES: csv_text(measure_rows()),
        BREAKDOWNS_MACRO: breakdowns_macro(),
        BI_PAGE: bi_page(BI_PAGE.read_text(encoding="utf-8")),
    }


def _model(name: str, file: Path, meta: Mapping[str, Any]) -> Model:
    model = Model(name, file)
    by_id = {declared["id"]: declared for declared in meta["metrics"]}
    for declared in meta["metrics"]:
        of = declared.get("share_of") or declared.get("rate_of") or ""
        if of:
            base = by_id[of]
            declared = {
                **{key: base[key] for key in INHERITED if key in base},
                "section": _section(name, base),
                **declared,
            }
            declared["unit"] = "percent" if "share_of" in declared else "rate_per_10000"
            if "share_of" in declared:
                declared = {"has_headline": False, "breakdowns": base["breakdowns"], **declared}
        drill_down = declared.get("drill_down", {})
        model.metrics.append(
            Metric(
                id=declared["id"],
                section=_section(name, declared),
                unit=declared["unit"],
                declared=declared,
                breakdowns=_breakdowns(declared.get("breakdowns", {})),
                kept_rows=drill_down.get("table", meta.get("cohorts", {}).get(declared["cohort"], "")),
                of=of,
            )
        )
    return model


def _section(model: str, declared: Mapping[str, Any]) -> str:
    return str(declared.get("section", model.removeprefix("int_metrics__")))


def _breakdowns(declared: Iterable[str] | Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    if isinstance(declared, Mapping):
        return {name: options or {} for name, options in declared.items()}
    return {name: {} for name in declared}


def _call(metric: Metric) -> str:
    """Return the macro's call that counts a metric."""
    arguments = []
    if metric["median"]:
        arguments.append(f"value=median('{metric['median']}')")
    elif metric["sum"]:
        arguments.append(f"numerator={_text(metric['sum'])}, numerator_is='sum'")
    elif metric["counts"]:
        arguments.append(f"numerator={_text(metric['counts'])}")
    if metric["of_sum"]:
        arguments.append(f"denominator={_text(metric['of_sum'])}, denominator_is='sum'")
    elif metric["of"]:
        arguments.append(f"denominator={_text('true' if metric['of'] == EVERY_ROW else metric['of'])}")
    if metric["undetermined"]:
        arguments.append(f"undetermined={_text(metric['undetermined'])}")
    if metric["where"]:
        arguments.append(f"where={_text(metric['where'])}")
    columns = {
        name: options.get("column", name) for name, options in metric.breakdowns.items() if "rows" not in options
    }
    if columns and all(name == column for name, column in columns.items()):
        arguments.append(_wrapped("breakdowns=same_named([", [f"'{name}'" for name in columns], "])", indent=8))
    elif columns:
        pairs = [f"'{name}': '{column}'" for name, column in columns.items()]
        arguments.append(_wrapped("breakdowns={", pairs, "}", indent=8))
    head = f"aggregate_metric('{metric.id}', '{metric['cohort']}'"
    call = ", ".join([head, *arguments]) + ")"
    if len(call) + 10 <= WIDTH and "\n" not in call:
        return call
    head = f"aggregate_metric(\n        '{metric.id}', '{metric['cohort']}'"
    return ",\n        ".join([head, *arguments]) + ")"


def _wrapped(start: str, items: list[str], end: str, indent: int = 4) -> str:
    """Return items in brackets, on one line or on as many as they need."""
    if len(start) + len(", ".join(items)) + len(end) + indent <= WIDTH:
        return f"{start}{', '.join(items)}{end}"
    lines = [""]
    for item in items:
        if len(lines[-1]) + len(item) + indent + 6 > WIDTH:
            lines.append("")
        lines[-1] += f"{' ' if lines[-1] else ''}{item},"
    lines[-1] = lines[-1].rstrip(",")
    return "\n".join([start, *(" " * (indent + 4) + line for line in lines), f"{' ' * indent}{end}"])


def _text(sql: str) -> str:
    """Return SQL as a text of Jinja."""
    return f'"{sql}"' if "'" in sql else f"'{sql}'"


def _usual_denominator(metric: Metric) -> Any:
    if metric["share_of"]:
        return {"measure": metric.of, "breakdown": "all", "category": "all"}
    if metric["rate_of"]:
        return "population"
    return f"{metric.id}_denominator" if metric.unit in QUOTIENTS else ""


def _measure(declared: Any) -> dict[str, str]:
    given = declared if isinstance(declared, Mapping) else {"measure": declared}
    return {key: given.get(key, "") for key in ("measure", "breakdown", "category")}


def _drill_down(metric: Metric) -> str:
    counted, out_of = counted_and_out_of(metric)
    return f"| `{metric.id}` | `{metric.kept_rows}` | {counted} | {out_of}{' ' * bool(out_of)}|"


def _flag(value: bool) -> str:
    return "true" if value else "false"


def main() -> None:
    """Write the files."""
    for path, text in written().items():
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
