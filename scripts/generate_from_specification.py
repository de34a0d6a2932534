"""Write the source YAML of the SSDA903 tables from the machine-readable specification.

The specification is two files that people edit: `orchestration/ingest/ssda903_columns.csv` (tables and columns)
and `seeds/codesets/ssda903_codes.csv` (code lists). Run this script after changing either; running it twice
changes nothing, and tests/unit/test_generated_files.py fails while the YAML is behind.
"""

import csv
import itertools
import json
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
COLUMNS = REPOSITORY / "orchestration" / "ingest" / "ssda903_columns.csv"
CODES = REPOSITORY / "seeds" / "codesets" / "ssda903_codes.csv"
SOURCES = REPOSITORY / "models" / "staging" / "ssda903" / "_ssda903__sources.yml"

GRAIN = {
    "header": "One row per child in the return",
    "episodes": "One row per episode of care",
    "uasc": "One row per child who was an unaccompanied asylum-seeking child at some time in the year",
    "reviews": "One row per statutory review held in the year",
    "oc2": "One row per child looked after for the whole year to 31 March, with health and offending",
    "oc3": "One row per care leaver whose 17th to 21st birthday falls in the year",
    "ad1": "One row per child adopted in the year",
    "placed_adoption": "One row per decision that a child should be placed for adoption",
    "prev_perm": "One row per child who started to be looked after, with the permanence arrangement before",
    "missing": "One row per incident of a child being missing or away without authorisation",
    "sw_episodes": "One row per spell of a child with a social worker, from 2023/24",
    "dolo": "One row per deprivation-of-liberty order, from 2026/27",
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
]

LISTED_CODES = 8
"""A list no longer than this is written out in the column's description."""

HEADING = """\
# Written by scripts/generate_from_specification.py: change the specification, not this file.
version: 2

sources:
  - name: ssda903
    description: >-
      Children looked after returns (SSDA903) as delivered: every value as text, untrimmed, one Parquet dataset
      per table. A table that nobody delivered is there and empty.
    config:
      meta:
        external_location: >-
          read_parquet('{{ env_var("CLA_DATA_DIR") | replace("'", "''") }}/raw/ssda903/{name}/**/*.parquet',
          hive_partitioning = false)
    tables:
"""


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a specification file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def codes_sentence(codes: list[dict[str, str]]) -> str:
    """Return a sentence that lists a code list, or names it where it is too long to list."""
    if len(codes) > LISTED_CODES:
        return f" One of {len(codes)} codes, listed in ssda903_codes as {codes[0]['code_set']}."
    return " Codes: " + ", ".join(f"{row['code']} {row['description']}" for row in codes) + "."


def column_lines(name: str, data_type: str, description: str) -> list[str]:
    """Return the YAML of one column; JSON strings are valid YAML and need no quoting rules of our own."""
    return [
        f"          - name: {name}",
        f"            data_type: {data_type}",
        f"            description: {json.dumps(description, ensure_ascii=False)}",
    ]


def sources_yaml() -> str:
    """Return the whole source file."""
    code_sets: dict[str, list[dict[str, str]]] = {}
    for row in read(CODES):
        code_sets.setdefault(row["code_set"], []).append(row)
    lines = []
    for table, columns in itertools.groupby(read(COLUMNS), key=lambda row: row["table"]):
        lines += [
            f"      - name: {table}",
            f"        description: {json.dumps(GRAIN[table] + ', as delivered.', ensure_ascii=False)}",
            "        columns:",
        ]
        for column in BEFORE:
            lines += column_lines(*column)
        for row in columns:
            codes = codes_sentence(code_sets[row["code_set"]]) if row["code_set"] in code_sets else ""
            lines += column_lines(row["column"], "varchar", row["description"] + codes)
        for column in AFTER:
            lines += column_lines(*column)
    return HEADING + "\n".join(lines) + "\n"


def main() -> None:
    """Write the file."""
    SOURCES.parent.mkdir(parents=True, exist_ok=True)
    SOURCES.write_text(sources_yaml(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
