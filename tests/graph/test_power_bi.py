"""The Power BI project that `cla power-bi` writes: it cannot be opened here, so all that it names must be there."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from orchestration import cli
from orchestration.documentation.power_bi.measures import TABLE as MEASURES
from orchestration.documentation.power_bi.model import DIMENSIONS, SORTED_BY
from orchestration.documentation.power_bi.project import NAME, project_files, write_project
from orchestration.documentation.power_bi.queries import COHORTS, FIGURES, M_TYPES
from orchestration.documentation.published_tables import tables
from orchestration.errors import UserError
from orchestration.publish.publication import INTERNAL, PUBLIC
from orchestration.settings import REPOSITORY

MODEL = f"{NAME}.SemanticModel/definition"
REPORT = f"{NAME}.Report/definition"

M_FUNCTIONS = {
    "Comparer.OrdinalIgnoreCase",
    "Date.ToText",
    "File.Contents",
    "Int64.Type",
    "JoinKind.LeftOuter",
    "List.Max",
    "List.Transform",
    "Number.From",
    "Parquet.Document",
    "Replacer.ReplaceValue",
    "Table.AddColumn",
    "Table.Combine",
    "Table.Distinct",
    "Table.ExpandTableColumn",
    "Table.Group",
    "Table.NestedJoin",
    "Table.RemoveColumns",
    "Table.ReplaceValue",
    "Table.SelectColumns",
    "Table.TransformColumnTypes",
    "Text.Lower",
}
"""Functions and values of Power Query's language, each looked up in Microsoft's reference."""

DAX_FUNCTIONS = {"CALCULATE", "COUNTROWS", "FORMAT", "IF", "ISBLANK", "REMOVEFILTERS", "SELECTEDVALUE", "TRUE"}
"""None of them adds up or averages: a measure picks one row."""

ROLES = {
    "card": {"Values"},
    "clusteredBarChart": {"Category", "Y"},
    "lineChart": {"Category", "Series", "Y"},
    "slicer": {"Values"},
    "tableEx": {"Values"},
}
"""What each kind of visual takes fields for, by Microsoft's catalogue of visuals."""

SCHEMAS = {
    "fabric/gitIntegration/platformProperties/2.0.0",
    "fabric/item/report/definition/page/2.0.0",
    "fabric/item/report/definition/pagesMetadata/1.0.0",
    "fabric/item/report/definition/report/3.0.0",
    "fabric/item/report/definition/versionMetadata/1.0.0",
    "fabric/item/report/definition/visualContainer/2.0.0",
    "fabric/item/report/definitionProperties/2.0.0",
    "fabric/item/semanticModel/definitionProperties/1.0.0",
    "fabric/pbip/pbipProperties/1.0.0",
}
"""Those that the files were checked against; whoever takes another one checks anew, as docs/bi.md says."""


@dataclass
class Item:
    """An object of a TMDL file: what it is, its name, what it says, and what stands under it."""

    kind: str
    name: str
    description: str = ""
    expression: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    items: list["Item"] = field(default_factory=list)

    def of(self, kind: str) -> list["Item"]:
        return [item for item in self.items if item.kind == kind]


OBJECT = re.compile(
    r"(?P<kind>database|model|table|column|measure|partition|relationship|expression|annotation|dataAccessOptions"
    r"|ref \w+)"
    r"(?: (?P<name>'(?:[^']|'')+'|[\w-]+))?(?P<equals> =)?(?: (?P<value>.+))?"
)
PROPERTY = re.compile(r"(?P<name>\w+)(?:(?P<sign>:| =)(?: (?P<value>.+))?)?")


def parsed(text: str) -> Item:
    """Read a TMDL file strictly: one tab a level, each line an object, a property or a line of an expression."""
    root = Item("file", "")
    path = [root]
    described: list[str] = []
    of, deeper_than = None, 0
    for line in text.split("\n"):
        content = line.lstrip("\t")
        tabs = len(line) - len(content)
        assert content == content.strip(), repr(line)
        if not content:
            continue
        if of is not None and tabs >= deeper_than:
            of.expression += "\t" * (tabs - deeper_than) + content + "\n"
            continue
        of = None
        if content.startswith("/// "):
            described.append(content.removeprefix("/// "))
            continue
        assert tabs < len(path), f"too deep: {line!r}"
        path = path[: tabs + 1]
        if found := OBJECT.fullmatch(content):
            name = (found["name"] or "").removeprefix("'").removesuffix("'").replace("''", "'")
            item = Item(found["kind"], name, " ".join(described), found["value"] or "")
            path[-1].items.append(item)
            path.append(item)
            if found["equals"] and not found["value"]:
                of, deeper_than = item, tabs + 2
        else:
            found = PROPERTY.fullmatch(content)
            assert found and not described, repr(line)
            assert found["name"] not in path[-1].properties, repr(line)
            path[-1].properties[found["name"]] = found["value"] or ""
            if found["sign"] == " =":
                path[-1].expression = found["value"] or ""
                of, deeper_than = path[-1], tabs + 2
        described = []
    return root


@pytest.fixture(scope="module", params=["figures", "rows", "public"])
def project(request: pytest.FixtureRequest, manifest: dict[str, Any]) -> dict[str, str]:
    variant = PUBLIC if request.param == "public" else INTERNAL
    return project_files(manifest, variant, r"C:\A folder\published", with_rows=request.param == "rows")


@pytest.fixture(scope="module")
def model(project: dict[str, str]) -> dict[str, Item]:
    """Return the tables of the model by name, and its relationships and expressions under their files' names."""
    found = {path.removeprefix(MODEL + "/"): parsed(text) for path, text in project.items() if path.endswith(".tmdl")}
    tables_found = {path: one.of("table") for path, one in found.items() if path.startswith("tables/")}
    assert all(len(one) == 1 for one in tables_found.values())
    named = {one[0].name: one[0] for one in tables_found.values()}
    assert {f"tables/{name}.tmdl" for name in named} == set(tables_found)
    return {**named, **{path: one for path, one in found.items() if path not in tables_found}}


def model_tables(model: dict[str, Item]) -> dict[str, Item]:
    return {name: item for name, item in model.items() if item.kind == "table"}


def fields(model: dict[str, Item]) -> set[tuple[str, str, str]]:
    """Return every column and measure: kind, table, name."""
    return {
        (item.kind, table.name, item.name)
        for table in model_tables(model).values()
        for item in table.items
        if item.kind in ("column", "measure")
    }


def read(project: dict[str, str]) -> dict[str, Any]:
    return {
        path: json.loads(text)
        for path, text in project.items()
        if path.endswith((".json", ".pbip", ".pbir", ".pbism", ".platform"))
    }


def visuals(project: dict[str, str]) -> dict[str, Any]:
    return {path: content for path, content in read(project).items() if path.endswith("/visual.json")}


def references(content: Any, sources: dict[str, str] | None = None) -> Iterator[tuple[str, str, str]]:
    """Give every field that a file of the report names; within a filter its tables have short names."""
    if isinstance(content, list):
        for one in content:
            yield from references(one, sources)
    elif isinstance(content, dict):
        if "From" in content:
            sources = {one["Name"]: one["Entity"] for one in content["From"]}
        for key, value in content.items():
            if key in ("Column", "Measure"):
                of = value["Expression"]["SourceRef"]
                table = of["Entity"] if "Entity" in of else (sources or {})[of["Source"]]
                yield key.lower(), table, value["Property"]
            else:
                yield from references(value, sources)


def test_every_file_is_one_that_windows_and_power_bi_read(project: dict[str, str]) -> None:
    """A path on Windows has 260 characters at most, and half of them belong to the folder that somebody chooses."""
    for path, text in project.items():
        assert len(f"{NAME}/{path}") <= 120, path
        assert re.fullmatch(r"[\w./]+", path) and "\r" not in text and not text.startswith("\ufeff"), path
        assert text.endswith("\n") and "\u00a0" not in text, path
    assert {content["$schema"] for content in read(project).values()} == {
        f"https://developer.microsoft.com/json-schemas/{schema}/schema.json" for schema in SCHEMAS
    }


def test_what_the_files_lead_to_is_there(project: dict[str, str]) -> None:
    content = read(project)
    (shortcut,) = content[f"{NAME}.pbip"]["artifacts"]
    assert f"{shortcut['report']['path']}/definition.pbir" in project
    leads = content[f"{NAME}.Report/definition.pbir"]["datasetReference"]["byPath"]["path"]
    assert f"{leads.removeprefix('../')}/definition.pbism" in project
    pages = content[f"{REPORT}/pages/pages.json"]["pageOrder"]
    assert {f"{REPORT}/pages/{page}/page.json" for page in pages} == {p for p in project if p.endswith("/page.json")}
    names = [content[f"{REPORT}/pages/{page}/page.json"]["displayName"] for page in pages]
    assert names == ["Overview", "Trend and comparison", "Breakdown"]


def test_each_table_is_a_published_one_with_its_columns_and_types(
    model: dict[str, Item], manifest: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    kind = request.node.callspec.params["project"]
    published = {table.name: table for table in tables(manifest, PUBLIC if kind == "public" else INTERNAL)}
    expected = {*FIGURES, *DIMENSIONS, *(COHORTS if kind == "rows" else ())}
    assert set(model_tables(model)) == {*expected, "dim_category", MEASURES}
    for name in expected:
        table = model[name]
        (partition,) = table.of("partition")
        loaded = dict(re.findall(r'\{"(\w+)", ((?:type \w+)|Int64\.Type)\}', partition.expression))
        there = {column.name: column for column in published[name].columns}
        assert loaded == {column.name: M_TYPES[column.data_type] for column in there.values()}, name
        assert partition.expression.count("Load(") == 1 and f'Load("{name}"' in partition.expression
        added = {column.name for column in table.of("column")} - set(there)
        # What a query adds stands in quotes, in it or in the function that it calls.
        functions = {one.name: one.expression for one in model["expressions.tmdl"].of("expression")}
        made = partition.expression + "".join(text for f, text in functions.items() if f"{f}(" in partition.expression)
        assert all(f'"{column}"' in made for column in added), name
        for column in table.of("column"):
            if column.name in there:
                assert column.description == there[column.name].description
            assert column.properties["sourceColumn"] == column.name
            assert column.properties["summarizeBy"] == "none"
        assert table.description == published[name].description


def test_everything_says_what_it_is(model: dict[str, Item]) -> None:
    for table in model_tables(model).values():
        assert table.description, table.name
        for item in [*table.of("column"), *table.of("measure")]:
            assert item.description, (table.name, item.name)


def test_rows_of_children_are_loaded_only_when_asked_for(
    project: dict[str, str], request: pytest.FixtureRequest
) -> None:
    of_children = any("child_key" in text for text in project.values())
    assert of_children == (request.node.callspec.params["project"] == "rows")


def test_relationships_lead_from_columns_to_the_key_of_a_dimension(model: dict[str, Item]) -> None:
    there = fields(model)
    keys = {
        "dim_authority": "la_code",
        "dim_period": "link_period",
        "metric_catalogue": "metric_id",
        "dim_category": "link_category",
        "metric_headlines": "link_headline",
    }
    found = [
        tuple(one.properties[end].split(".")) for one in model["relationships.tmdl"].items for end in one.properties
    ]
    ends = list(zip(found[::2], found[1::2], strict=True))
    assert ends and all(
        one.properties.keys() == {"fromColumn", "toColumn"} for one in model["relationships.tmdl"].items
    )
    for (table, column), (to, by) in ends:
        assert ("column", table, column) in there and ("column", to, by) in there
        assert keys[to] == by and table not in keys, "a dimension that leads on would be a second way"
    assert len({(table, to) for (table, _), (to, _) in ends}) == len(ends)
    for figures in ("metric_values", "metric_changes", "metric_comparison"):
        assert {to for (table, _), (to, _) in ends if table == figures} == set(keys)
    # Whatever has a dimension's key is tied to it: a slicer that does not reach a table would show wrong figures.
    tied = {(table, to) for (table, _), (to, _) in ends}
    for kind, table, column in there:
        for to, by in keys.items():
            if kind == "column" and column == by and table not in keys:
                assert (table, to) in tied, (table, to)


def test_keys_are_hidden_and_labels_are_sorted(model: dict[str, Item]) -> None:
    hidden = {
        (table.name, column.name)
        for table in model_tables(model).values()
        for column in table.of("column")
        if "isHidden" in column.properties
    }
    for _, table, column in fields(model):
        if column.startswith("link_") or (table in FIGURES and column in ("la_code", "metric_id", "category")):
            assert (table, column) in hidden
    sorted_by = {
        (table.name, column.name): column.properties["sortByColumn"]
        for table in model_tables(model).values()
        for column in table.of("column")
        if "sortByColumn" in column.properties
    }
    assert sorted_by == SORTED_BY
    assert {(table, place) for (table, _), place in sorted_by.items()} <= hidden
    named = model["model.tmdl"].of("model")[0].properties
    assert named["culture"] == "en-GB" and "discourageImplicitMeasures" in named
    annotations = {one.name: one.expression for one in model["model.tmdl"].of("annotation")}
    assert annotations["__PBI_TimeIntelligenceEnabled"] == "0"


def test_measures_only_pick_and_name_what_there_is(model: dict[str, Item]) -> None:
    there = fields(model)
    calculated = model[MEASURES].of("measure")
    names = {one.name for one in calculated}
    assert len(names) == len(calculated)
    assert not {name.lower() for name in names} & {c.name.lower() for c in model[MEASURES].of("column")}
    for one in calculated:
        assert one.expression.count('"') % 2 == 0 and one.expression.count("(") == one.expression.count(")")
        code = re.sub(r'"[^"]*"', '""', one.expression)
        assert set(re.findall(r"\b([A-Z]+)\s*\(", code)) <= DAX_FUNCTIONS, one.name
        for table, column in re.findall(r"(\w+)\[(\w+)\]", code):
            assert ("column", table, column) in there, (one.name, table, column)
        assert set(re.findall(r"(?<!\w)\[([^\]]+)\]", code)) <= names, one.name
        for table in re.findall(r"COUNTROWS \( (\w+) \)", code):
            assert table in model_tables(model)


def test_each_headline_is_a_measure_in_its_own_format(model: dict[str, Item]) -> None:
    with (REPOSITORY / "seeds" / "metrics" / "headline_figures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    calculated = {one.name: one for one in model[MEASURES].of("measure")}
    for row in rows:
        one = calculated[row["name"]]
        assert f'"{row["metric_id"]}|{row["breakdown"]}|{row["category"]}"' in one.expression
        assert one.description == row["means"] and one.properties["displayFolder"] == "Headlines"
    assert calculated["Reviews held on time"].properties["formatString"] == '0"%"'
    assert calculated["Children per full-time-equivalent IRO"].properties["formatString"] == "#,0.0"
    assert calculated["Children in our care"].properties["formatString"] == "#,0"


def test_queries_are_sound(project: dict[str, str], model: dict[str, Item]) -> None:
    """Brackets close, strings end, each function is one of Microsoft's or of the model's own."""
    own = {one.name for one in model["expressions.tmdl"].of("expression")}
    assert own == {"DataFolder", "Load", "LinkPeriod", "LinkCategory", "LinkHeadline"}
    texts = [table.of("partition")[0].expression for table in model_tables(model).values()]
    for text in [*texts, *(one.expression for one in model["expressions.tmdl"].of("expression"))]:
        assert text.count('"') % 2 == 0
        code = re.sub(r'"[^"]*"', '""', text)
        for opening, closing in ("()", "[]", "{}"):
            assert code.count(opening) == code.count(closing), text
        assert set(re.findall(r"\b[A-Z]\w+\.\w+", code)) <= M_FUNCTIONS
        called = set(re.findall(r"(?<![\w.#])([A-Za-z]\w*)\(", code))
        assert called <= own, called
    (parameter,) = [one for one in model["expressions.tmdl"].of("expression") if one.name == "DataFolder"]
    assert parameter.expression.startswith('"C:\\A folder\\published\\" meta [IsParameterQuery=true, Type="Text"')


def test_what_the_pages_show_is_in_the_model(project: dict[str, str], model: dict[str, Item]) -> None:
    there = fields(model)
    shown = {path: set(references(content)) for path, content in read(project).items()}
    missing = {path: found - there for path, found in shown.items() if found - there}
    assert missing == {}
    assert set().union(*shown.values()) >= {("measure", MEASURES, "Figure"), ("measure", MEASURES, "Trend")}
    for path, content in visuals(project).items():
        visual = content["visual"]
        state = visual["query"]["queryState"]
        assert set(state) == ROLES[visual["visualType"]], path
        for role in state.values():
            for projection in role["projections"]:
                ((_, table, name),) = references(projection["field"])
                assert projection["queryRef"] == f"{table}.{name}"
        if visual["visualType"] not in ("card", "slicer"):
            assert visual["visualContainerObjects"]["general"], f"{path} has no text for who cannot see it"


def test_pages_ask_for_one_value_of_each_list_and_say_who_they_are_for(
    project: dict[str, str], request: pytest.FixtureRequest
) -> None:
    by_page: dict[str, dict[str, Any]] = {}
    for path, content in visuals(project).items():
        by_page.setdefault(path.split("/")[3], {})[content["name"]] = content
    asked = {
        page: {name for name, one in found.items() if one["visual"]["visualType"] == "slicer"}
        for page, found in by_page.items()
    }
    assert asked == {
        "overview": {"authority", "period_type", "period"},
        "trend": {"authority", "metric", "breakdown", "category"},
        "breakdown": {"authority", "period_type", "period", "metric", "breakdown"},
    }
    for page, found in by_page.items():
        assert "banner" in found
        for name in asked[page]:
            selection = found[name]["visual"]["objects"]["selection"][0]["properties"]
            assert selection["strictSingleSelect"]["expr"]["Literal"]["Value"] == "true"
        boxes = [one["position"] for one in found.values()]
        for box in boxes:
            assert box["x"] >= 0 and box["x"] + box["width"] <= 1280 and box["y"] + box["height"] <= 720
        for number, one in enumerate(boxes):
            for other in boxes[number + 1 :]:
                beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
                above = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
                assert beside or above, (page, one, other)
    names = [
        one["name"] for content in read(project).values() for one in content.get("filterConfig", {}).get("filters", [])
    ]
    assert len(names) == len(set(names))
    mark = "For publication" if request.node.callspec.params["project"] == "public" else "OFFICIAL-SENSITIVE"
    assert mark in project[f"{MODEL}/tables/{MEASURES}.tmdl"]


def test_what_is_picked_beforehand_can_be_picked(project: dict[str, str]) -> None:
    seeds = REPOSITORY / "seeds" / "metrics"
    with (seeds / "metric_definitions.csv").open(encoding="utf-8", newline="") as file:
        metrics = {row["short_name"]: row for row in csv.DictReader(file)}
    picked: dict[tuple[str, str], str] = {}
    for path, content in visuals(project).items():
        for general in content["visual"]["objects"].get("general", []):
            ((value,),) = general["properties"]["filter"]["filter"]["Where"][0]["Condition"]["In"]["Values"]
            picked[path.split("/")[3], content["name"]] = value["Literal"]["Value"].strip("'")
    metric = metrics[picked["breakdown", "metric"]]
    assert picked["trend", "metric"] == metric["short_name"]
    assert picked["breakdown", "breakdown"] in metric["breakdowns"].split(";")
    assert (picked["trend", "breakdown"], picked["trend", "category"]) == ("all", "all")
    assert metric["has_headline"] == "true"
    for page in ("overview", "breakdown"):
        assert (picked[page, "period_type"], picked[page, "period"]) == ("financial_year", "Latest")


def test_an_object_has_one_tag_the_same_each_time(model: dict[str, Item], manifest: dict[str, Any]) -> None:
    """Power BI knows by it what was renamed: a tag that changes with each writing loses what people made."""
    tags = [
        item.properties["lineageTag"]
        for table in [*model_tables(model).values(), model["expressions.tmdl"]]
        for item in [table, *table.items]
        if "lineageTag" in item.properties
    ]
    tags += [one.name for one in model["relationships.tmdl"].items]
    assert len(tags) == len(set(tags)) > 100
    (figure,) = [one for one in model[MEASURES].of("measure") if one.name == "Figure"]
    assert figure.properties["lineageTag"] == "885bb783-06e9-57a7-8de9-4b95855909df"
    again = project_files(manifest, INTERNAL, "C:/data", with_rows=True)
    assert again == project_files(manifest, INTERNAL, "C:\\data\\", with_rows=True)


def test_the_command_writes_a_project_and_keeps_one_that_is_there(
    definitions: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = definitions.settings
    monkeypatch.setenv("CLA_DATA_DIR", str(settings.data_dir))
    assert cli.run(["power-bi", str(tmp_path / "new")]) == 0
    opened = tmp_path / "new" / NAME / f"{NAME}.pbip"
    assert opened.exists() and str(opened) in capsys.readouterr().out
    mine = opened.parent / "mine.txt"
    mine.write_text("a page of my own")
    assert cli.run(["power-bi", str(tmp_path / "new")]) == 1
    assert "--overwrite" in capsys.readouterr().err and mine.exists()
    assert cli.run(["power-bi", str(tmp_path / "new"), "--public", "--reads", r"\\server\team", "--overwrite"]) == 0
    assert not mine.exists()
    assert r'"\\server\team\" meta' in (opened.parent / MODEL / "expressions.tmdl").read_text(encoding="utf-8")
    assert cli.run(["power-bi", str(tmp_path), "--public", "--with-rows"]) == 2
    assert [one.name for one in (tmp_path / "new").iterdir()] == [NAME]
    # A refresh keeps what it has loaded, where nothing that searches the data folder could read it.
    assert cli.run(["power-bi", str(settings.data_dir / "power_bi")]) == 1
    assert "outside the data folder" in capsys.readouterr().err and not (settings.data_dir / "power_bi").exists()


def test_a_project_is_not_written_over_without_being_told(tmp_path: Path) -> None:
    write_project(tmp_path, {"a.txt": "1"}, overwrite=False)
    with pytest.raises(UserError, match="is there already"):
        write_project(tmp_path, {"a.txt": "2"}, overwrite=False)
    assert (tmp_path / NAME / "a.txt").read_text() == "1"
