"""What is said of published files in seeds fits the catalogue: an alias that leads nowhere would lose its figures."""

import csv

import pytest

from orchestration.ingest.dfe.files import IDENTIFIERS
from orchestration.settings import REPOSITORY


def rows_of(name: str) -> list[dict[str, str]]:
    with (REPOSITORY / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


METRICS = {row["metric_id"]: row for row in rows_of("metrics/metric_definitions")}
BREAKDOWNS = {(row["metric_id"], row["breakdown"]): row["variant"] for row in rows_of("metrics/metric_breakdowns")}
CATEGORIES = {(row["breakdown"], row["variant"], row["category"]) for row in rows_of("metrics/metric_category_lists")}
UNITS = {"percent": {"percent", "count"}, "mean": {"mean"}, "rate_per_10000": {"rate"}}


def meanings() -> list[tuple[str, str, str, str]]:
    """Every metric that a label or a LAIT measure leads to: metric, breakdown, category, unit."""
    found = []
    for row in rows_of("dfe/dfe_labels"):
        for column, unit in (("number", row["number_unit"] or "count"), ("percentage", "percent"), ("rate", "rate")):
            if row[f"{column}_metric_id"]:
                found.append((row[f"{column}_metric_id"], row["breakdown"], row["category"], unit))
    for row in rows_of("dfe/lait_measures"):
        found.append((row["metric_id"], row["breakdown"], row["category"], row["unit"]))
    return sorted(set(found))


@pytest.mark.parametrize(("metric_id", "breakdown", "category", "unit"), meanings())
def test_an_alias_leads_to_a_figure_of_the_catalogue(metric_id: str, breakdown: str, category: str, unit: str) -> None:
    assert unit in UNITS.get(METRICS[metric_id]["unit"], {"count"})
    if breakdown == "all":
        assert category == "all"
        assert METRICS[metric_id]["has_headline"] == "true"
    else:
        assert (breakdown, BREAKDOWNS[metric_id, breakdown], category) in CATEGORIES


def test_every_official_metric_has_an_alias() -> None:
    official = {metric_id for metric_id, row in METRICS.items() if row["source"] == "official"}
    # What LAIT calls not in touch leaves out those whose activity others know: it is not the rest of this metric.
    in_none_of_the_files = {"care_leavers_in_touch"}
    assert official - {metric_id for metric_id, *_ in meanings()} == in_none_of_the_files


def test_every_role_of_a_layout_is_the_role_of_some_column() -> None:
    roles = {row["column_role"] for row in rows_of("dfe/dfe_columns")}
    assert {row["column_role"] for row in rows_of("dfe/dfe_layouts")} <= roles
    assert set(IDENTIFIERS) <= roles


def test_columns_are_written_as_they_are_compared() -> None:
    for row in rows_of("dfe/dfe_columns"):
        assert row["column_name"] == " ".join(row["column_name"].lower().split())
        assert row["beside_column"] == row["beside_column"].lower()


def test_every_topic_of_a_label_can_be_told() -> None:
    topics = {row["topic"] for row in rows_of("dfe/dfe_topics")}
    assert {row["topic"] for row in rows_of("dfe/dfe_labels")} - {""} == topics


def test_no_path_of_labels_has_the_same_meaning_twice() -> None:
    paths = [
        (row["topic"], row["group_label"].lower(), row["item_label"].lower(), row["breakdown"], row["category"])
        for row in rows_of("dfe/dfe_labels")
    ]
    assert len(paths) == len(set(paths))


def test_a_path_without_a_subject_stands_under_no_subject_too() -> None:
    """It would have both meanings in a file on that subject."""
    everywhere, somewhere = set(), set()
    for row in rows_of("dfe/dfe_labels"):
        path = (row["group_label"].lower(), row["item_label"].lower())
        (somewhere if row["topic"] else everywhere).add(path)
    assert everywhere & somewhere == set()


def test_the_neighbour_models_differ_in_the_list_they_are_told_by() -> None:
    lists: dict[str, list[tuple[str, str, str]]] = {}
    for row in rows_of("dfe/neighbour_models"):
        entry = (row["la_code"], row["neighbour_rank"], row["neighbour_la_code"])
        lists.setdefault(row["neighbour_model"], []).append(entry)
        assert row["effective_on"].startswith(row["neighbour_model"])
    assert {len(entries) for entries in lists.values()} == {10}
    assert len({tuple(entries) for entries in lists.values()}) == len(lists)
