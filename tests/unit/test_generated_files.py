"""Generated files are never edited by hand and never behind the specification."""

import runpy
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(REPOSITORY / "scripts" / "generate_from_specification.py"))


@pytest.mark.parametrize("dataset", ["ssda903", "iro"])
def test_source_yaml_is_what_the_specification_gives(script, dataset):
    written = script["SOURCES"][dataset].read_text(encoding="utf-8")
    assert written == script["sources_yaml"](dataset), "run scripts/generate_from_specification.py"


def test_macros_are_what_the_specification_gives(script):
    written = script["MACROS"].read_text(encoding="utf-8")
    assert written == script["macros_sql"]() + "\n", "run scripts/generate_from_specification.py"


def test_a_key_names_a_child_as_staging_does_and_first(script):
    """`rag_ratings` and `reviews` write child_id, and `reviews` after the meeting's number."""
    keys = script["keys_of_tables"](script["read"](script["COLUMNS"]["iro"]))
    assert keys["reviews"] == ["child", "review_id"]
    assert keys["rag_ratings"] == ["child", "rated_on"]
    assert all(keys.values()), "every table has a key"


def test_rules_page_is_what_the_seed_gives(script):
    written = script["RULES_PAGE"].read_text(encoding="utf-8")
    assert written == script["rules_page"](written), "run scripts/generate_from_specification.py"


def test_page_on_the_extracts_is_what_the_specification_gives(script):
    written = script["IRO_PAGE"].read_text(encoding="utf-8")
    assert written == script["iro_page"](written), "run scripts/generate_from_specification.py"


def test_what_repeats_the_declarations_of_the_metrics_is_what_they_give():
    script = runpy.run_path(str(REPOSITORY / "scripts" / "generate_metrics.py"))
    behind = [path.name for path, text in script["written"]().items() if path.read_text(encoding="utf-8") != text]
    assert behind == [], "run scripts/generate_metrics.py"
