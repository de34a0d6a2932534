"""The IRO service's tables: recognised by their columns within their own dataset, and filled in by templates."""

import csv
import io
import re
from itertools import combinations
from pathlib import Path

import openpyxl
import pytest

from orchestration.ingest.readers import Part, read_file
from orchestration.ingest.recogniser import Recogniser
from orchestration.ingest.tables import DATASETS, IRO, SSDA903, recognise, table_specs
from orchestration.settings import REPOSITORY

TABLES = table_specs(IRO)
TEMPLATES = REPOSITORY / "docs" / "templates" / "iro"
SEEDS = REPOSITORY / "seeds" / "codesets"
DATE = re.compile(r"(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/20\d\d")


def read(text: str, name: str = "extract.csv", dataset: str = IRO) -> Part:
    (part,) = read_file(name, text.encode(), Recogniser(dataset))
    assert part.rows_delivered == part.rows_parsed + part.rows_unparsed
    return part


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SPECIFICATION = rows_of(REPOSITORY / "orchestration" / "ingest" / "iro_columns.csv")


def test_the_tables_of_the_interface_are_there():
    """Others may join them; these are promised."""
    assert set(TABLES) >= {
        "iro_staff",
        "iro_allocations",
        "reviews",
        "pre_review_consultations",
        "rag_ratings",
        "case_tracking",
        "disputes",
        "dispute_stages",
        "permanence_plans",
        "long_term_matches",
        "audits",
        "workshops",
        "participation_events",
    }
    assert sum(len(table.columns) for table in TABLES.values()) == len(SPECIFICATION)


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_table_is_recognised_whole_and_by_its_required_columns_alone(dataset: str):
    for table in table_specs(dataset).values():
        assert recognise(table.columns, dataset).table == table
        assert recognise(sorted(table.required, reverse=True), dataset).table == table


def test_no_two_tables_of_the_service_can_be_taken_for_each_other():
    for one, other in combinations(TABLES.values(), 2):
        assert not one.required <= set(other.columns) and not other.required <= set(one.columns)


def test_a_table_that_lacks_a_required_column_says_which():
    for table in TABLES.values():
        for column in table.required:
            rest = [name for name in table.columns if name != column]
            found = recognise(rest, IRO)
            said = (found.table, found.missing) if found.table else None
            # Without the column that makes it what it is, a table of three columns cannot be told from another.
            assert said == (table, (column,)) or (said is None and column in table.distinguishing), (table.name, column)


def test_heading_case_order_blanks_and_a_mark_do_not_matter():
    part = read("\ufeff Rated_On ,RATING,reason,child_id\r\n 01/05/2024 ,red,,007\r\n")
    assert (part.table, part.rule_id, part.encoding) == ("rag_ratings", None, "utf-8-sig")
    assert part.columns["child_id"] == ("007",) and part.columns["rated_on"] == (" 01/05/2024 ",)


def test_windows_1252_is_read():
    text = "event_id,held_on,name,children_attended\n1,01/05/2024,Café,3\n"
    (part,) = read_file("e.csv", text.encode("cp1252"), Recogniser(IRO))
    assert (part.encoding, part.columns["name"]) == ("windows-1252", ("Café",))


def test_unknown_columns_are_kept_and_named():
    part = read("child_id,rating,rated_on,Team\n7,RED,01/05/2024,North\n")
    assert part.unknown_columns == ("column 4",)
    assert part.extra_columns == ['{"team": "North"}']


def test_the_file_that_lacks_columns_is_rejected_with_their_names():
    part = read("REVIEW_ID,CHILD_ID,STARTED_ON,PARTICIPATION_CODE\n1,7,01/05/2024,PN1\n")
    assert (part.table, part.rule_id, part.rows_unparsed) == ("reviews", "missing_columns", 1)
    assert part.message == "extract.csv looks like reviews but lacks the columns COMPLETED_ON, CANCELLED."


def test_the_dataset_decides_what_reviews_are():
    ours = "review_id,child_id,started_on,completed_on,cancelled,participation_code\n"
    theirs = "CHILD,DOB,REVIEW,REVIEW_CODE\n"
    assert read(ours).rule_id is None and read(theirs, dataset=SSDA903).rule_id is None
    for text, dataset, other in ((ours, SSDA903, IRO), (theirs, IRO, SSDA903)):
        part = read(text, dataset=dataset)
        assert (part.table, part.rule_id) == (None, "unrecognised_columns")
        assert part.message == (
            f"extract.csv has the column names of no table of {DATASETS[dataset]}; it looks like reviews of "
            f"{DATASETS[other]}, which is delivered in a folder {other}."
        )


def test_columns_of_no_table_at_all_are_said():
    part = read("NAME,AGE\nAnn,3\n")
    assert part.message == "extract.csv has the column names of no table of the IRO service."


def test_semicolons_are_said():
    part = read("child_id;rating;rated_on\n7;RED;01/05/2024\n")
    assert part.rule_id == "wrong_delimiter" and "semicolons" in str(part.message)


def test_xml_is_an_unreadable_file_with_a_sentence():
    part = read("<EXPSSDA903/>", "return.xml")
    assert (part.rule_id, part.rows_delivered) == ("unreadable_file", 0)
    assert part.message == (
        "return.xml is XML, in which only SSDA903 comes; deliver the tables of the IRO service as CSV or XLSX."
    )


def test_a_workbook_holds_a_table_a_sheet():
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in TABLES.items():
        sheet = book.create_sheet(name)
        sheet.append([column.upper() for column in table.columns])
        sheet.append(["1" for _ in table.columns])
    book.create_sheet("left over").append(["CHILD", "DOB", "REVIEW", "REVIEW_CODE"])
    buffer = io.BytesIO()
    book.save(buffer)
    *parts, left_over = read_file("service.xlsx", buffer.getvalue(), Recogniser(IRO))
    assert [(part.table, part.rows_parsed, part.rule_id) for part in parts] == [(name, 1, None) for name in TABLES]
    assert left_over.rule_id == "unrecognised_columns"
    assert str(left_over.message).startswith(f"service.xlsx, sheet {len(TABLES) + 1}, has")


def test_there_is_a_template_for_every_table_and_nothing_else():
    assert {path.stem for path in TEMPLATES.iterdir()} == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_a_template_has_every_column_and_two_rows_that_are_no_one_s(name: str):
    text = (TEMPLATES / f"{name}.csv").read_text(encoding="utf-8")
    assert text.splitlines()[0].split(",") == list(TABLES[name].columns)
    part = read(text, f"{name}.csv")
    assert (part.table, part.rule_id, part.rows_parsed, part.rejected_lines) == (name, None, 2, [])
    for column, values in part.columns.items():
        assert not column.endswith("_id") or all(str(value).startswith("EXAMPLE-") for value in values if value), column


def test_templates_use_the_codes_and_dates_of_the_specification():
    """Traps an example that the next build would reject."""
    codes: dict[str, set[str]] = {}
    for seed in ("ssda903_codes", "iro_codes"):
        for row in rows_of(SEEDS / f"{seed}.csv"):
            codes.setdefault(row["code_set"], set()).add(row["code"])
    for column in SPECIFICATION:
        assert not column["code_set"] or column["code_set"] in codes, f"{column['code_set']} is in no seed"
        for row in rows_of(TEMPLATES / f"{column['table']}.csv"):
            value = row[column["column"]]
            if column["is_key"] == "true":
                assert value, column
            if value and column["code_set"]:
                assert value in codes[column["code_set"]], (column, value)
            elif value and column["type"] == "date":
                assert DATE.fullmatch(value), (column, value)
            elif value and column["type"] in ("integer", "decimal"):
                assert float(value) > 0, (column, value)
