"""The rules that report: each is found by exactly one model, and each that a model finds is explained."""

import csv
import re
import runpy
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
MODELS = REPOSITORY / "models" / "intermediate" / "quality"


def rows_of(name: str) -> list[dict[str, str]]:
    with (REPOSITORY / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def by_model() -> dict[str, set[str]]:
    script = runpy.run_path(str(REPOSITORY / "scripts" / "generate_from_specification.py"))
    found: dict[str, set[str]] = script["rules_by_model"]()
    return found


@pytest.fixture(scope="module")
def reported() -> dict[str, dict[str, str]]:
    return {row["rule_id"]: row for row in rows_of("quality/quality_rules") if row["effect"] == "report"}


def test_every_rule_that_reports_has_one_model(by_model, reported):
    assert sorted(rule for rules in by_model.values() for rule in rules) == sorted(reported)


def test_every_model_of_a_theme_is_united(by_model):
    """Traps a theme that is written and tested and never reaches a reader."""
    union = (MODELS / "int_quality__issues.sql").read_text(encoding="utf-8")
    themes = re.search(r"{% set themes = \[(.*?)\]", union, re.DOTALL)
    assert themes
    assert {f"int_quality__{theme}" for theme in re.findall(r"\w+", themes[1])} == set(by_model)


def test_every_cte_of_a_rule_is_united(by_model):
    """Traps a rule whose CTE is left out of the model's union."""
    for model in by_model:
        text = (MODELS / f"{model}.sql").read_text(encoding="utf-8")
        rule_ctes = re.findall(r"^ *([\w{} ]+) as \(\s*select\s*{{ quality_issue\(", text, re.MULTILINE)
        final = text[text.index("final as (") :]
        for cte in rule_ctes:
            # A CTE written by a loop is named after the loop's item: what stays the same of its name is looked for.
            assert re.sub(r"{{.*?}}", "", cte).strip("_ ") in final, f"{model}: {cte}"


def test_a_rule_names_the_table_it_is_found_in(by_model, reported):
    tables: dict[str, set[str]] = {}
    for model in by_model:
        text = (MODELS / f"{model}.sql").read_text(encoding="utf-8")
        for rule, table in re.findall(r"quality_issue\(\s*'(\w+)', '(\w+)'", text):
            tables.setdefault(rule, set()).add(table)
    for rule, found_in in tables.items():
        expected = found_in.pop() if len(found_in) == 1 else ""
        assert reported[rule]["table_name"] == expected, rule


def test_a_sentence_with_a_column_gets_one(by_model, reported):
    for model in by_model:
        text = (MODELS / f"{model}.sql").read_text(encoding="utf-8")
        for rule, arguments in re.findall(r"quality_issue\(\s*'(\w+)'(.*?)\) }}", text, re.DOTALL):
            if "{column}" in reported[rule]["sentence"]:
                positional = [item for item in arguments.strip(", ").split(",") if "=" not in item]
                assert len(positional) >= 3 or "column_" in arguments, f"{model}: {rule}"


def test_metrics_belong_to_rules_that_report(reported):
    assert {row["rule_id"] for row in rows_of("quality/rule_metrics")} <= set(reported)
