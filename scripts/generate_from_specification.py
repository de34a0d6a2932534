"""Write what repeats the specification, from the source YAML to the templates that an authority fills in.

The specification is seven files that people edit: `tables.csv`, `ssda903_columns.csv`, `iro_columns.csv` and
`crosswalk_columns.csv` in `orchestration/ingest`, `ssda903_codes.csv` and `iro_codes.csv` in `seeds/codesets` (code
lists), and `seeds/quality/quality_rules.csv` (rules). From them come the sources, the macros of tables and codes, the
inputs of a unit test that names every table, the templates of the IRO service, and the tables of two pages of docs; and
from each model that judges a table's rows, the one that lets the accepted rows out. Run this script after changing one
of them; running it twice changes nothing, and tests/unit/test_generated_files.py fails while what it writes is behind.
"""

import csv
import io
import itertools
import json
import re
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[1]
INGEST = REPOSITORY / "orchestration" / "ingest"
TABLES = INGEST / "tables.csv"
COLUMNS = {dataset: INGEST / f"{dataset}_columns.csv" for dataset in ("ssda903", "iro", "crosswalk")}
CODES = {name: REPOSITORY / "seeds" / "codesets" / f"{name}.csv" for name in ("ssda903_codes", "iro_codes")}
RULES = REPOSITORY / "seeds" / "quality" / "quality_rules.csv"
STAGING = REPOSITORY / "models" / "staging"
SOURCES = {dataset: STAGING / dataset / f"_{dataset}__sources.yml" for dataset in COLUMNS}
MACROS = REPOSITORY / "macros" / "specification" / "specification.sql"
RULES_PAGE = REPOSITORY / "docs" / "validation-rules.md"
IRO_PAGE = REPOSITORY / "docs" / "iro-extracts.md"
RULE_MODELS = REPOSITORY / "models" / "intermediate" / "quality"
SUPERSEDED_ROWS = RULE_MODELS / "_rows__unit_tests.yml"
TEMPLATES = REPOSITORY / "docs" / "templates"

SOURCE_NAME = {"ssda903": "the SSDA903 return", "iro": "the IRO service's extracts", "crosswalk": "a crosswalk"}
SOURCE_DESCRIPTION = {
    "ssda903": "Children looked after returns (SSDA903)",
    "iro": "Extracts of the IRO service",
    "crosswalk": "Old and new numbers of children after a change of case system",
}

BEFORE = [
    ("delivery_id", "varchar", "The delivery: authority, dataset, collection year and day of extraction."),
    (
        "content_hash",
        "varchar",
        "Fingerprint of the delivery's files; rows of a fingerprint not in landing.deliveries are leftovers.",
    ),
    ("file_name", "varchar", "The file as delivered."),
    ("row_number", "bigint", "The row as Excel numbers it, the heading being row 1."),
    ("loaded_at", "timestamp", "When the row was read into the raw layer."),
]
AFTER = [
    ("extra_columns", "varchar", "Columns the specification does not know, as a JSON object, or null."),
    (
        "as_delivered",
        "varchar",
        "What was delivered in cells that are read otherwise (see spelling_rules), as a JSON object, or null.",
    ),
]

BEFORE_ACCEPTED = ("la_code", "collection_year", "delivery_id", "file_name", "row_number")
ACCEPTED = {
    "ssda903": """\
with parsed as (
    select * from {{ ref('stg_ssda903__{table}__parsed') }}
),

final as (
    select
{columns}
    from parsed
    where {{ is_accepted(ref('int_returns__current')) }}
)

select * from final
""",
    "iro": """\
with parsed as (
    select * from {{ ref('stg_iro__{table}__parsed') }}
),

accepted as (
    select * from parsed
    where {{ is_accepted(ref('int_iro_extracts__current')) }}
),

latest as {{ latest_by_key('accepted', iro_tables()['{table}']) }},

final as (
    select
{columns}
    from latest
)

select * from final
""",
}
"""What lets accepted rows out. Every table of the IRO service is one that later years repeat; a crosswalk's lines go
nowhere but into the numbers of all other tables."""

BY_THIS_SCRIPT = "-- Written from {model} by scripts/generate_from_specification.py.\n"
"""How a model begins that this script writes; one that begins otherwise is written by hand and is left alone."""

JUDGED_COLUMNS = re.compile(r"judged_rows\(\[(.*?)\]", re.DOTALL)
INPUTS = re.compile(r"(?<=up to the end mark\.\n)(.*?)(?= *# end\n)", re.DOTALL)

LISTED_CODES = 8
"""A list no longer than this is written out in the column's description."""

EFFECTS = {
    "reject_file": (
        "Files that are rejected",
        "Found by the reader of files (`orchestration/ingest`); listed in `rejected_files`.",
    ),
    "reject": (
        "Rows that are rejected",
        "Found by the reader, or in staging (`macros/staging`); listed in `rejected_records`.",
    ),
    "repair": (
        "Values and rows that are repaired",
        "Found in staging, or where returns are stacked (`int_episodes__*`); listed in `repaired_records`.",
    ),
    "report": (
        "Rows that are reported",
        "Nothing is changed because of them beyond what the sentence says; listed in `data_quality_issues`, with the\n"
        "child's own number and the row in `restricted_data_quality_issues`, and with the metrics that can be wrong.",
    ),
}

HEADING = """\
# Written by scripts/generate_from_specification.py: change the specification, not this file.
version: 2

sources:
  - name: {dataset}
    description: >-
      {description} as delivered: every value as text, untrimmed, one Parquet dataset
      per table. A table that nobody delivered is there and empty.
    config:
      meta:
        raw_pattern: "{{ env_var('CLA_RAW_PATTERN', (env_var('CLA_DATA_DIR', '') or 'data') ~ '/raw') }}"
        external_location: >-
          read_parquet('{raw_pattern}/{dataset}/{name}/**/*.parquet',
          hive_partitioning = false)
    tables:
"""


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a specification file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tables(dataset: str) -> dict[str, dict[str, str]]:
    """Return the tables of a dataset by name: the grain, and whether later years repeat the rows of earlier ones."""
    return {row["table"]: row for row in read(TABLES) if row["dataset"] == dataset}


def code_lists() -> dict[str, tuple[str, list[dict[str, str]]]]:
    """Return the code lists by name, each with the seed that holds it."""
    lists: dict[str, tuple[str, list[dict[str, str]]]] = {}
    for seed, path in CODES.items():
        for row in read(path):
            lists.setdefault(row["code_set"], (seed, []))[1].append(row)
    return lists


def codes_sentence(seed: str, codes: list[dict[str, str]]) -> str:
    """Return a sentence that lists a code list, or names it where it is too long to list."""
    if len(codes) > LISTED_CODES:
        return f" One of {len(codes)} codes, listed in {seed} as {codes[0]['code_set']}."
    return " Codes: " + ", ".join(f"{row['code']} {row['description']}" for row in codes) + "."


def column_lines(name: str, data_type: str, description: str) -> list[str]:
    """Return the YAML of one column; JSON strings are valid YAML and need no quoting rules of our own."""
    return [
        f"          - name: {name}",
        f"            data_type: {data_type}",
        f"            description: {json.dumps(description, ensure_ascii=False)}",
    ]


def sources_yaml(dataset: str) -> str:
    """Return a dataset's whole source file."""
    lists = code_lists()
    grains = tables(dataset)
    lines = []
    for table, columns in itertools.groupby(read(COLUMNS[dataset]), key=lambda row: row["table"]):
        lines += [
            f"      - name: {table}",
            f"        description: {json.dumps(grains[table]['grain'] + ', as delivered.', ensure_ascii=False)}",
            "        columns:",
        ]
        for column in BEFORE:
            lines += column_lines(*column)
        for row in columns:
            codes = codes_sentence(*lists[row["code_set"]]) if row["code_set"] in lists else ""
            lines += column_lines(row["column"], "varchar", row["description"] + codes)
        for column in AFTER:
            lines += column_lines(*column)
    heading = HEADING.replace("{dataset}", dataset).replace("{description}", SOURCE_DESCRIPTION[dataset])
    return heading + "\n".join(lines) + "\n"


def macros_sql() -> str:
    """Return the macros that tell SQL what the specification says of tables and of codes.

    SQL cannot read a seed while it is being written, and a join for each test of a code would be dear and hard to read:
    so the lists stand in the statement, and here is where they come from.
    """
    columns = {dataset: read(path) for dataset, path in COLUMNS.items()}
    codes = [row for path in CODES.values() for row in read(path)]
    first_years: dict[str, int] = {}
    for row in columns["ssda903"]:
        first_year = int(row["first_collection_year"] or 0)
        first_years[row["table"]] = min(first_year, first_years.get(row["table"], first_year))
    kinds: dict[str, list[str]] = {}
    successors: dict[str, dict[str, list[str]]] = {}
    for row in codes:
        for kind in row["kinds"].split(";") if row["kinds"] else []:
            kinds.setdefault(kind, []).append(row["code"])
        if row.get("replaced_by"):
            successors.setdefault(row["code_set"], {})[row["code"]] = row["replaced_by"].split(";")
    return "\n\n\n".join(
        [
            "{#- Written by scripts/generate_from_specification.py: change the specification, not this file. -#}",
            *(
                _macro(
                    f"{dataset}_tables",
                    f"The tables of {SOURCE_NAME[dataset]}, each with its key: of rows that share it one is accepted.",
                    keys_of_tables(columns[dataset]),
                )
                for dataset in COLUMNS
            ),
            _macro(
                "iro_tables_without_child",
                "Tables of the IRO service's extracts whose rows name no child.",
                _without_child(columns["iro"]),
            ),
            _macro(
                "repeated_ssda903_tables",
                "Tables of the return whose rows a later year repeats: the latest year's row of a key counts.",
                [table for table, row in tables("ssda903").items() if row["is_repeated"] == "true"],
            ),
            _macro("first_collection_years", "The first collection year whose return has the table.", first_years),
            _macro("codes_of_kinds", "The codes of each kind, of all lists (column `kinds`).", kinds),
            _macro("successors_of_codes", "The codes that took a code's place, by code list.", successors),
            _macro("least_ages", "The age from which a code may be used, by code list.", _numbers(codes, "least_age")),
            _macro("most_days", "The days for which a code may stand, by code list.", _numbers(codes, "most_days")),
        ]
    )


def keys_of_tables(rows: list[dict[str, str]]) -> dict[str, list[str]]:
    """Return the key of each table in staging's names, in which a child is always `child`."""
    keys: dict[str, list[str]] = {}
    for row in rows:
        key = keys.setdefault(row["table"], [])
        if row["is_key"] == "true":
            key.append(_staged(row["column"]))
    # A child comes first in a key, whatever the order of the columns: rows are then found by child.
    return {table: sorted(key, key=lambda column: column != "child") for table, key in keys.items()}


def _without_child(rows: list[dict[str, str]]) -> list[str]:
    with_child = {row["table"] for row in rows if _staged(row["column"]) == "child"}
    return [table for table in keys_of_tables(rows) if table not in with_child]


def _staged(column: str) -> str:
    return "child" if column == "child_id" else column


def _numbers(codes: list[dict[str, str]], column: str) -> dict[str, dict[str, int]]:
    numbers: dict[str, dict[str, int]] = {}
    for row in codes:
        if row.get(column):
            numbers.setdefault(row["code_set"], {})[row["code"]] = int(row[column])
    return numbers


def _macro(name: str, description: str, value: dict[str, Any] | list[str]) -> str:
    """Return a macro that returns a constant, an entry to a line."""
    if isinstance(value, dict):
        lines = [f"        {key!r}: {entry!r}," for key, entry in value.items()]
        opening, closing = "{", "}"
    else:
        lines = [f"        {entry!r}," for entry in value]
        opening, closing = "[", "]"
    return "\n".join(
        [
            f"{{#- {description} -#}}",
            f"{{% macro {name}() -%}}",
            f"    {{{{ return({opening}",
            *lines,
            f"    {closing}) }}}}",
            "{%- endmacro %}",
        ]
    )


def accepted_models() -> dict[Path, str]:
    """Return the models that let accepted rows out, with the columns that the models before them judge."""
    found = {}
    for dataset in ACCEPTED:
        for table in tables(dataset):
            path = STAGING / dataset / f"stg_{dataset}__{table}.sql"
            judged = path.with_name(f"{path.stem}__parsed.sql")
            mark = BY_THIS_SCRIPT.format(model=judged.name)
            if not path.exists() or path.read_text(encoding="utf-8").startswith(mark):
                found[path] = mark + accepted_sql(dataset, table, judged.read_text(encoding="utf-8"))
    return found


def accepted_sql(dataset: str, table: str, judged: str) -> str:
    """Return the SQL of a table's accepted rows."""
    told = JUDGED_COLUMNS.search(judged)
    assert told, f"the model that judges {table} ends with judged_rows([...])"
    columns = [*BEFORE_ACCEPTED, *re.findall(r"'(\w+)'", told[1]), "repair_rules"]
    return (
        ACCEPTED[dataset]
        .replace("{table}", table)
        .replace("{columns}", ",\n".join(f"        {one}" for one in columns))
    )


def superseded_rows(unit_tests: str) -> str:
    """Return the unit tests of rows with the inputs that have none: a unit test names every table of its model."""
    repeated = [
        f"ref('stg_{dataset}__{table}__parsed')"
        for dataset in COLUMNS
        for table, row in tables(dataset).items()
        if row["is_repeated"] == "true"
    ]
    by_hand = INPUTS.sub("", unit_tests)
    empty = [f"      - {{input: {one}, rows: []}}\n" for one in repeated if f"input: {one}\n" not in by_hand]
    return INPUTS.sub(lambda _: "".join(empty), unit_tests, count=1)


def templates() -> dict[Path, str]:
    """Return the files that an authority fills in by hand: a table's columns, and two rows that are nobody's."""
    found = {}
    for dataset in ("iro", "crosswalk"):
        for table, rows in itertools.groupby(read(COLUMNS[dataset]), key=lambda row: row["table"]):
            columns = list(rows)
            text = io.StringIO()
            writer = csv.writer(text, lineterminator="\n")
            for key in ("column", "example_1", "example_2"):
                writer.writerow([row[key] for row in columns])
            found[TEMPLATES / dataset / f"{table}.csv"] = text.getvalue()
    return found


def rules_by_model() -> dict[str, set[str]]:
    """Return the rules that each model of models/intermediate/quality can report, read from its calls of the macro."""
    found = {
        path.stem: set(re.findall(r"quality_issue\(\s*'(\w+)'", path.read_text(encoding="utf-8")))
        for path in sorted(RULE_MODELS.glob("*.sql"))
    }
    return {model: rules for model, rules in found.items() if rules}


def rules_page(page: str) -> str:
    """Return the page with its tables of rules as the seed has them now."""
    rules = read(RULES)
    model_of = {rule: model for model, found in rules_by_model().items() for rule in found}
    lines = []
    for effect, (title, found) in EFFECTS.items():
        by_model = effect == "report"
        lines += [f"## {title}", "", found, ""]
        lines += ["| rule | table | DfE rules | what is wrong and what was done |" + " found by |" * by_model]
        lines += ["|---|---|---|---|" + "---|" * by_model]
        for rule in rules:
            if rule["effect"] == effect:
                dfe_rules = rule["dfe_rules"].replace(";", ", ") or "none"
                sentence = rule["sentence"].replace("{column}", "*column*")
                model = f" `{model_of.get(rule['rule_id'], 'none')}` |" * by_model
                lines += [f"| `{rule['rule_id']}` | {rule['table_name'] or 'any'} | {dfe_rules} | {sentence} |{model}"]
        lines += [""]
    return between_the_marks(page, lines)


def iro_page(page: str) -> str:
    """Return the page with its tables of columns and codes as the specification has them now."""
    lists = code_lists()
    grains = tables("iro")
    lines = []
    used: dict[str, None] = {}
    for table, rows in itertools.groupby(read(COLUMNS["iro"]), key=lambda row: row["table"]):
        columns = list(rows)
        key = ", ".join(f"`{row['column']}`" for row in columns if row["is_key"] == "true")
        lines += [f"## `{table}`", "", f"{grains[table]['grain']}. Key: {key}.", ""]
        lines += ["| column | type | must be there | what it says |", "|---|---|---|---|"]
        for row in columns:
            code_set = row["code_set"]
            kind = f"[{row['type']}](#{code_set})" if code_set in lists else row["type"]
            used.update({code_set: None} if code_set in lists else {})
            lines += [f"| `{row['column']}` | {kind} | {'yes' * (row['required'] == 'Y')} | {row['description']} |"]
        lines += [""]
    lines += ["## Codes", ""]
    for code_set in used:
        lines += [f"### {code_set}", "", "| code | meaning |", "|---|---|"]
        lines += [f"| `{row['code']}` | {row['description']} |" for row in lists[code_set][1]]
        lines += [""]
    return between_the_marks(page, lines)


def between_the_marks(page: str, lines: list[str]) -> str:
    """Return a page with what lies between its two marks replaced."""
    before, rest = page.split("up to the end mark. -->\n", maxsplit=1)
    after = rest.split("<!-- end -->", maxsplit=1)[1]
    return before + "up to the end mark. -->\n\n" + "\n".join(lines) + "\n<!-- end -->" + after


def written() -> dict[Path, str]:
    """Return the files that this script writes, each with its content."""
    return {
        **{path: sources_yaml(dataset) for dataset, path in SOURCES.items()},
        **accepted_models(),
        **templates(),
        MACROS: macros_sql() + "\n",
        SUPERSEDED_ROWS: superseded_rows(SUPERSEDED_ROWS.read_text(encoding="utf-8")),
        RULES_PAGE: rules_page(RULES_PAGE.read_text(encoding="utf-8")),
        IRO_PAGE: iro_page(IRO_PAGE.read_text(encoding="utf-8")),
    }


def main() -> None:
    """Write the files."""
    for path, text in written().items():
        path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
