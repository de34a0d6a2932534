"""Pages and queries that repeat what the dbt models say: never behind them, and sound where they cannot be run here."""

import csv
import json
import re
import runpy
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from orchestration.documentation.core_model import core_model_page
from orchestration.documentation.dbt_docs import catalog, without_paths, write_dbt_docs
from orchestration.documentation.definitions import write_definitions
from orchestration.documentation.dictionary import TYPES, write_data_dictionary
from orchestration.documentation.layers import layers_page
from orchestration.documentation.published_tables import FOLDERS, KEYS, tables
from orchestration.publish.publication import INTERNAL, PUBLIC
from orchestration.settings import REPOSITORY, Settings

DOCS = REPOSITORY / "docs"
EXCEL = DOCS / "templates" / "excel" / "children_in_care.pq"

DOCUMENTED = {
    "Comparer.OrdinalIgnoreCase",
    "Csv.Document",
    "Date.ToText",
    "File.Contents",
    "Int64.Type",
    "JoinKind.LeftOuter",
    "List.Max",
    "List.Transform",
    "Replacer.ReplaceValue",
    "Table.AddColumn",
    "Table.ColumnNames",
    "Table.Combine",
    "Table.Distinct",
    "Table.ExpandTableColumn",
    "Table.Group",
    "Table.NestedJoin",
    "Table.PromoteHeaders",
    "Table.ReplaceValue",
    "Table.SelectColumns",
    "Table.TransformColumnTypes",
}
"""Functions and values of Power Query's language, each looked up in Microsoft's reference."""


def loaded() -> dict[str, dict[str, str]]:
    """Return the tables that the Power Query file loads, with the type of each column."""
    text = EXCEL.read_text(encoding="utf-8")
    return {
        name: dict(re.findall(r'\{"(\w+)", ([^}]+)\}', columns))
        for name, columns in re.findall(r'Load\(\s*"(\w+)",\s*\{(.*?)\n\s*\}\s*\)', text, flags=re.DOTALL)
    }


@pytest.fixture(scope="module")
def power_query() -> dict[str, Any]:
    return runpy.run_path(str(REPOSITORY / "scripts" / "generate_power_query.py"))


def test_the_diagrams_are_those_of_the_models(manifest: dict[str, Any]) -> None:
    written = (DOCS / "core-model.md").read_text(encoding="utf-8")
    assert written == core_model_page(written, manifest), "run scripts/generate_diagrams.py"


def test_the_drawing_of_the_layers_is_that_of_the_models(manifest: dict[str, Any]) -> None:
    written = (DOCS / "layers.md").read_text(encoding="utf-8")
    assert written == layers_page(written, manifest), "run scripts/generate_diagrams.py"


def test_power_query_is_what_the_models_give(power_query: dict[str, Any], manifest: dict[str, Any]) -> None:
    written = EXCEL.read_text(encoding="utf-8")
    assert written == power_query["power_query"](manifest), "run scripts/generate_power_query.py"


def test_power_query_names_tables_and_columns_that_are_published(manifest: dict[str, Any]) -> None:
    published = {table.name: {column.name for column in table.columns} for table in tables(manifest)}
    found = loaded()
    assert len(found) == EXCEL.read_text(encoding="utf-8").count("Load(")
    assert {name: set(columns) for name, columns in found.items()} == {name: published[name] for name in found}
    assert {*FOLDERS} & {"metrics", "cohorts"} and {"metric_values", "dim_period", "reviews"} <= found.keys()


def test_the_public_figures_are_read_by_the_same_query(power_query: dict[str, Any], manifest: dict[str, Any]) -> None:
    public = {table.name: {column.name for column in table.columns} for table in tables(manifest, PUBLIC)}
    found = loaded()
    for name in (*power_query["FIGURES"], *power_query["DIMENSIONS"]):
        assert set(found[name]) <= public[name], name


def test_power_query_is_sound() -> None:
    """It cannot be run here: brackets close, strings end, each function is one of Microsoft's, each name is given."""
    text = re.sub(r"//.*", "", EXCEL.read_text(encoding="utf-8"))
    assert text.count('"') % 2 == 0
    code = re.sub(r'"[^"]*"', '""', text)
    for opening, closing in ("()", "[]", "{}"):
        assert code.count(opening) == code.count(closing)
    assert set(re.findall(r"\b[A-Z]\w+\.\w+", code)) <= DOCUMENTED
    given = set(re.findall(r"^\s+(\w+) =", code, flags=re.MULTILINE)) | {"name", "columns", "rows"}
    names = set(re.findall(r"(?<![.#\[\w])[A-Za-z_]\w*(?![\w.])", re.sub(r"\[\w+\]|\[\w+ = [^\]]*\]", "", code)))
    words = {
        "let",
        "in",
        "each",
        "as",
        "type",
        "null",
        "true",
        "table",
        "text",
        "list",
        "logical",
        "date",
        "number",
        "_",
    }
    assert names - given - words == set()


def test_every_type_has_a_name_for_people_and_for_power_query(
    power_query: dict[str, Any], manifest: dict[str, Any]
) -> None:
    types = {c.data_type for variant in (INTERNAL, PUBLIC) for t in tables(manifest, variant) for c in t.columns}
    assert types <= TYPES.keys()
    assert types <= power_query["M_TYPES"].keys()


def test_every_table_belongs_to_a_part_and_every_key_to_a_table(manifest: dict[str, Any]) -> None:
    published = {table.name: table for table in tables(manifest)}
    assert {table.folder for table in published.values()} == FOLDERS.keys()
    for name, key in KEYS.items():
        assert set(key) <= {column.name for column in published[name].columns}


class Outline(HTMLParser):
    """The ids and links of a page, and whether it has a script."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.tags.add(tag)
        self.ids += [named["id"] or ""] if "id" in named else []
        self.links += [named["href"] or ""] if "href" in named else []


def test_the_definition_of_every_metric_is_on_the_page_of_definitions(tmp_path: Path) -> None:
    """The site's page of a metric links to the number that its declaration names."""
    path = tmp_path / "docs" / "numbered-definitions.html"
    write_definitions(path)
    page = path.read_text(encoding="utf-8")
    outline = Outline()
    outline.feed(page)
    assert len(outline.ids) == len(set(outline.ids))
    assert {link.removeprefix("#") for link in outline.links} <= set(outline.ids)
    assert outline.tags & {"script", "img", "link", "iframe"} == set()
    with (REPOSITORY / "seeds" / "metrics" / "metric_definitions.csv").open(encoding="utf-8", newline="") as file:
        named = {f"d{row['defined_in'].replace('.', '-')}" for row in csv.DictReader(file)}
    assert named <= set(outline.ids)


@pytest.mark.parametrize("variants", [(PUBLIC,), (INTERNAL, PUBLIC)])
def test_the_dictionary_is_one_page_that_loads_nothing(
    tmp_path: Path, manifest: dict[str, Any], variants: tuple[Any, ...]
) -> None:
    path = tmp_path / "docs" / "data-dictionary.html"
    write_data_dictionary(manifest, path, variants)
    page = path.read_text(encoding="utf-8")
    outline = Outline()
    outline.feed(page)
    assert len(outline.ids) == len(set(outline.ids))
    assert {link.removeprefix("#") for link in outline.links} <= set(outline.ids)
    assert outline.tags & {"script", "img", "link", "iframe"} == set()
    assert "://" not in page
    for variant in variants:
        for table in tables(manifest, variant):
            assert all(f"<code>{column.name}</code></th>" in page for column in table.columns)
    if INTERNAL not in variants:
        assert "child_key" not in page and "iro_key" not in page


def test_the_pages_of_dbt_tell_no_path_and_load_nothing(tmp_path: Path, manifest: dict[str, Any]) -> None:
    from orchestration import definitions

    settings = definitions.settings
    path = tmp_path / "dbt" / "index.html"
    write_dbt_docs(settings, manifest, path)
    page = path.read_text(encoding="utf-8")
    assert settings.data_dir.as_posix() not in page
    assert REPOSITORY.as_posix() not in page
    assert "INLINE DATA" not in page
    assert "default-src 'none'" in page.split("<script", maxsplit=1)[0]
    assert "$CLA_DATA_DIR" in json.dumps(without_paths(manifest, settings))
    # What turns the page's tracker on.
    assert manifest["metadata"]["send_anonymous_usage_stats"] is False
    described = catalog(manifest)["nodes"]["model.children_in_care.metric_values"]["columns"]
    assert described["value"]["type"] == "double"


def test_paths_with_marks_that_json_escapes_are_found_too(tmp_path: Path) -> None:
    settings = Settings(tmp_path / 'a "quoted" folder')
    manifest = {"where": f"{settings.data_dir.as_posix()}/raw"}
    assert without_paths(manifest, settings) == {"where": "$CLA_DATA_DIR/raw"}
