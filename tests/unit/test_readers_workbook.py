"""Workbooks: real dates, numbers, several sheets, damage."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest

from orchestration.ingest.readers import Part, read_file
from orchestration.ingest.recogniser import Recogniser
from orchestration.ingest.tables import SSDA903
from orchestration.settings import Limits

REVIEWS = ["CHILD", "DOB", "REVIEW", "REVIEW_CODE"]


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                sheet.cell(number, column, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(data: bytes) -> list[Part]:
    parts = read_file("return.xlsx", data, Recogniser(SSDA903))
    assert all(part.rows_delivered == part.rows_parsed + part.rows_unparsed for part in parts)
    return parts


def test_real_dates_and_numbers_become_the_text_they_show():
    rows = [
        REVIEWS,
        [12345, date(2012, 2, 1), datetime(2024, 6, 5), "PN1"],
        [12345.0, datetime(2024, 6, 5, 14, 30), 12.5, True],
        ["007", time(9, 30), " x ", None],
    ]
    (part,) = read(workbook(Reviews=rows))
    assert list(part.columns["child"]) == ["12345", "12345", "007"]
    assert list(part.columns["dob"]) == ["2012-02-01", "2024-06-05 14:30:00", "09:30:00"]
    assert list(part.columns["review"]) == ["2024-06-05", "12.5", " x "]
    assert list(part.columns["review_code"]) == ["PN1", "TRUE", None]


def test_leading_zeros_of_a_number_format_survive():
    book = openpyxl.Workbook()
    for row in (REVIEWS, [123, None, None, None]):
        book.active.append(row)
    book.active["A2"].number_format = "000000"
    buffer = io.BytesIO()
    book.save(buffer)
    (part,) = read(buffer.getvalue())
    assert list(part.columns["child"]) == ["000123"]


def test_each_sheet_is_recognised_on_its_own_and_blank_ones_are_none():
    parts = read(
        workbook(
            first=[REVIEWS, ["1", "2", "3", "4"]],
            second=[["CHILD", "DOB", "DUC"], ["1", "2", None]],
            third=[],
            fourth=[["Notes"], ["something"]],
            fifth=[["child", "dob", "review"], ["1", "2", "3"]],
        )
    )
    assert [(part.table, part.rule_id) for part in parts] == [
        ("reviews", None),
        ("uasc", None),
        (None, "unrecognised_columns"),
        ("reviews", "missing_columns"),
    ]
    assert "sheet 4" in (parts[2].message or "") and "fourth" not in (parts[2].message or ""), (
        "a title may name a child"
    )
    assert parts[3].file_name == "return.xlsx [5]"


def test_blank_rows_count_for_row_numbers():
    (part,) = read(workbook(s=[[], REVIEWS, ["1"], [None, " "], [], ["2", None, None, None, None, "beyond"]]))
    assert list(part.row_numbers) == [3, 6]
    assert part.unknown_columns == ("column 6",)
    assert part.extra_columns is not None and "beyond" in str(part.extra_columns[1])


def test_a_long_text_is_kept():
    (part,) = read(workbook(s=[REVIEWS, ["1", "x" * 30_000, "3", "4"]]))
    assert len(str(part.columns["dob"][0])) == 30_000


def test_a_hidden_sheet_that_is_no_table_is_not_reported():
    book = openpyxl.load_workbook(io.BytesIO(workbook(data=[REVIEWS], lists=[["a"], ["b"]])))
    book["lists"].sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    assert [part.table for part in read(buffer.getvalue())] == ["reviews"]


def test_an_empty_workbook_is_an_empty_file():
    assert [part.rule_id for part in read(workbook(s=[]))] == ["empty_file"]


@pytest.mark.parametrize("keep", [10, 500, -30])
def test_a_truncated_workbook_is_an_unreadable_file(keep: int):
    (part,) = read(workbook(s=[REVIEWS] + [["1", "2", "3", "4"]] * 50)[:keep])
    assert (part.rule_id, part.rows_delivered) == ("unreadable_file", 0)


def test_junk_and_other_archives_are_unreadable_files():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("hello.txt", "hello")
    for data in (b"no workbook", buffer.getvalue(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)):
        assert [part.rule_id for part in read(data)] == ["unreadable_file"]


def test_a_workbook_that_unpacks_beyond_all_measure_is_not_unpacked():
    data = workbook(s=[REVIEWS, *[["1" * 30_000] * 4] * 20])
    (part,) = read_file("return.xlsx", data, Recogniser(SSDA903), Limits(unpacked_mb=1))
    assert (part.rule_id, part.message) == (
        "beyond_limits",
        "return.xlsx unpacks to more than 1 MB (CLA_MOST_UNPACKED_MB); none of it was read.",
    )


def test_a_merged_cell_is_the_value_of_each_of_its_rows():
    def merged(book: openpyxl.Workbook) -> None:
        book.active.merge_cells("A2:A4")

    (part,) = read(
        changed(workbook(s=[REVIEWS, ["1", "a", "3", "4"], [None, "b", "5", "6"], [None, "c"], ["2"]]), merged)
    )
    assert list(part.columns["child"]) == ["1", "1", "1", "2"]


def test_formulas_without_results_reject_the_sheet():
    (part,) = read(workbook(s=[REVIEWS, ["1", "2", '=IF(TRUE,"3","")', "4"]]))
    assert part.rule_id == "unreadable_file" and "formulas in REVIEW " in (part.message or "")
    assert read(workbook(s=[[*REVIEWS, "NOTE"], ["1", "2", "3", "4", "=1+1"]]))[0].rule_id is None, "nobody needs it"


def test_a_hidden_sheet_of_a_table_that_is_visible_too_is_not_read():
    def hide(book: openpyxl.Workbook) -> None:
        book["old"].sheet_state = "hidden"

    data = workbook(old=[REVIEWS, ["1", "2", "3", "4"]], now=[REVIEWS, ["5", "6", "7", "8"]])
    parts = read(changed(data, hide))
    assert {part.rule_id: part.rows_parsed for part in parts} == {"hidden_sheet": 0, None: 1}
    alone = workbook(old=[REVIEWS, ["1", "2", "3", "4"]], now=[["Notes"]])
    assert [part.rule_id for part in read(changed(alone, hide))] == [None, "unrecognised_columns"]


def test_letters_that_a_number_format_puts_before_an_id_are_part_of_it():
    def format_ids(book: openpyxl.Workbook) -> None:
        for cell, number_format in (("A2", '"P"0000'), ("A3", r"\A\B000"), ("A4", '"\u00a3"0')):
            book.active[cell].number_format = number_format

    (part,) = read(changed(workbook(s=[REVIEWS, [12, "2"], [7, "2"], [5, "2"]]), format_ids))
    assert list(part.columns["child"]) == ["P0012", "AB007", "5"]


def test_two_tables_side_by_side_or_below_each_other_are_none():
    beside = workbook(s=[[*REVIEWS, None, "CHILD", "DOB", "DUC"], ["1", "2", "3", "4", None, "5", "6", "7"]])
    below = workbook(s=[REVIEWS, ["1", "2", "3", "4"], [], ["CHILD", "DOB", "DUC"], ["5", "6", "7"]])
    assert [read(data)[0].rule_id for data in (beside, below)] == ["columns_ambiguous"] * 2


def changed(data: bytes, change: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
