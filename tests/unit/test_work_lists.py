"""The work lists' workbook: one sheet a list, as sorted, readable, with nothing that Excel would run."""

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl

from orchestration.publish.work_lists import WorkList, work_lists, write_work_lists


def model(name: str, description: str, **meta: str) -> dict[str, Any]:
    return {"name": name, "description": description, "config": {"meta": meta}}


MANIFEST = {
    "nodes": {
        "model.c.later": model("later", "One row per\nchild.", work_list="10 Plans"),
        "model.c.sooner": model("sooner", "One row per review.", work_list="2 Reviews due"),
        "model.c.other": model("other", "One row per row.", definition="1"),
        "seed.c.seed": {"name": "seed", "description": "", "config": {}},
    }
}


def test_the_lists_are_the_models_that_say_so_in_the_order_they_give() -> None:
    assert work_lists(MANIFEST) == [
        WorkList("sooner", "Reviews due", "One row per review."),
        WorkList("later", "Plans", "One row per child."),
    ]


def test_each_list_is_a_sheet_in_the_order_of_its_table_with_filters_and_a_frozen_header(tmp_path: Path) -> None:
    with duckdb.connect() as db:
        db.execute("create schema restricted")
        db.execute(
            """create table restricted.sooner as select * from (values
            ('812', date '2025-03-31', '=1+1', 'IRO01', date '2025-03-01', -30, true),
            ('812', date '2025-03-31', 'SYN000002', null, date '2025-04-10', 10, false))
            as t (la_code, as_of_on, child, iro_id, due_on, days_left, is_planned)"""
        )
        db.execute("create table restricted.later (la_code varchar, as_of_on date, child varchar)")
        path = write_work_lists(db, work_lists(MANIFEST), tmp_path, synthetic=True)
    workbook = openpyxl.load_workbook(path)
    assert workbook.sheetnames == ["About", "Reviews due", "Plans"]
    about = "\n".join(str(value) for row in workbook["About"].iter_rows(values_only=True) for value in row if value)
    assert "SYNTHETIC DATA" in about
    assert "31/03/2025" in about
    sheet = workbook["Reviews due"]
    assert [value.value for value in sheet[1]] == [
        "Child", "IRO", "Due on", "Days left", "Planned", "Authority", "True for",
    ]  # fmt: skip
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["=1+1", "SYN000002"]
    assert sheet["A2"].data_type == "s"
    assert sheet["C2"].value.date() == date(2025, 3, 1)
    assert sheet["C2"].number_format == "dd/mm/yyyy"
    assert [sheet["E2"].value, sheet["E3"].value] == ["Yes", "No"]
    assert (sheet.freeze_panes, sheet.tables["T_sooner"].ref) == ("A2", "A1:G3")
    assert [column.name for column in sheet.tables["T_sooner"].tableColumns] == [value.value for value in sheet[1]]
    assert workbook["Plans"].auto_filter.ref == "A1:C1"


def test_what_is_urgent_is_marked_in_words_and_in_shades_that_a_grey_printer_tells_apart(tmp_path: Path) -> None:
    with duckdb.connect() as db:
        db.execute("create schema restricted")
        db.execute(
            """create table restricted.sooner as select * from (values
            (date '2025-03-31', 'Overdue'), (date '2025-03-31', 'Within 4 weeks'), (date '2025-03-31', 'Later'))
            as t (as_of_on, urgency)"""
        )
        db.execute("create table restricted.later (as_of_on date)")
        path = write_work_lists(db, work_lists(MANIFEST), tmp_path, synthetic=True)
    cells = [row[0] for row in openpyxl.load_workbook(path)["Reviews due"].iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == ["Overdue", "Within 4 weeks", "Later"]
    shades = [cell.fill.start_color.rgb[-6:] for cell in cells[:2]]
    dark, light = (sum(int(shade[at : at + 2], 16) for at in (0, 2, 4)) for shade in shades)
    assert light - dark > 300
    assert cells[2].fill.fill_type is None
    assert {cell.font.name for cell in cells} == {"Arial"}


def test_codes_are_words_and_what_is_the_same_in_every_row_stands_at_the_head_of_the_page(tmp_path: Path) -> None:
    with duckdb.connect() as db:
        db.execute("create schema restricted")
        db.execute(
            """create table restricted.sooner as select * from (values
            ('812', date '2025-03-31', 'SYN000002', 'SUBSEQUENT', 'LTFOST18', 'PLACED_FOR_ADOPTION', 'AMBER'))
            as t (la_code, as_of_on, child, review_type, plan_type, latest_milestone, rag_rating)"""
        )
        db.execute("create table restricted.later (as_of_on date)")
        path = write_work_lists(db, work_lists(MANIFEST), tmp_path, synthetic=True)
    workbook = openpyxl.load_workbook(path)
    sheet = workbook["Reviews due"]
    assert [cell.value for cell in sheet[2]][:5] == [
        "SYN000002", "Subsequent", "Long-term foster care to the age of 18", "Placed for adoption", "Amber",
    ]  # fmt: skip
    assert sheet["E2"].fill.fill_type == "solid"
    assert sheet.print_area.replace("$", "").endswith("!A1:E2")
    assert sheet.oddHeader.left.text == "Reviews due, true for 31/03/2025"
    for each in workbook.worksheets:
        assert "SYNTHETIC DATA" in each.oddHeader.right.text
        assert "OFFICIAL-SENSITIVE" in each.oddFooter.left.text
        assert each.page_setup.fitToHeight == 0
