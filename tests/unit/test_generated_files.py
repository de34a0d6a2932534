"""Generated files are never edited by hand and never behind what they are written from."""

import runpy
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.mark.parametrize(
    "name",
    [
        "generate_from_specification.py",
        "generate_metrics.py",
        "generate_notebook.py",
        "generate_semantic_layer.py",
    ],
)
def test_what_is_generated_is_what_its_script_gives(name):
    script = runpy.run_path(str(SCRIPTS / name))
    behind = [path.name for path, text in script["written"]().items() if path.read_text(encoding="utf-8") != text]
    assert behind == [], f"run scripts/{name}"


@pytest.fixture(scope="module")
def specification():
    return runpy.run_path(str(SCRIPTS / "generate_from_specification.py"))


def test_a_key_names_a_child_as_staging_does_and_first(specification):
    """`rag_ratings` and `reviews` write child_id, and `reviews` after the meeting's number."""
    keys = specification["keys_of_tables"](specification["read"](specification["COLUMNS"]["iro"]))
    assert keys["reviews"] == ["child", "review_id"]
    assert keys["rag_ratings"] == ["child", "rated_on"]
    assert all(keys.values()), "every table has a key"


@pytest.mark.parametrize("dataset", ["ssda903", "iro"])
def test_every_table_with_columns_has_a_grain_and_the_other_way_round(specification, dataset):
    with_columns = {row["table"] for row in specification["read"](specification["COLUMNS"][dataset])}
    assert set(specification["tables"](dataset)) == with_columns


def test_models_of_accepted_rows_are_written_except_where_one_says_more(specification):
    """Traps a model that by chance begins otherwise, and is then never written again."""
    by_hand = {
        f"stg_{dataset}__{table}"
        for dataset in specification["ACCEPTED"]
        for table in specification["tables"](dataset)
        if specification["STAGING"] / dataset / f"stg_{dataset}__{table}.sql" not in specification["accepted_models"]()
    }
    assert by_hand == {"stg_ssda903__episodes", "stg_iro__iro_staff"}
