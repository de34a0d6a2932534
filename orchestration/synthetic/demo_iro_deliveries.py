"""The deliveries of the demo authority's IRO service: one a year, and one within the year with mistakes."""

from pathlib import Path

import numpy as np

from orchestration.synthetic.days import day
from orchestration.synthetic.demo_authority import LA_CODE, SEED, demo_history
from orchestration.synthetic.demo_iro import demo_iro_service
from orchestration.synthetic.files import csv_lines, csv_text, delivery_note, workbook, write_file
from orchestration.synthetic.iro import cut_extract
from orchestration.synthetic.returns import Return, Table


def write_iro_demo(landing: Path, seed: int = SEED) -> None:
    """Write the extracts into a landing zone; files that are there already stay untouched."""
    history, service = demo_history(seed), demo_iro_service(seed)
    root = landing / LA_CODE / "iro"

    folder = root / "2023/2023-04-28"
    _write_csvs(folder, cut_extract(history, service, 2023, day(2023, 4, 28)))
    write_file(folder / "delivery.yaml", delivery_note("final"))

    folder = root / "2024/2024-04-30"
    tables = cut_extract(history, service, 2024, day(2024, 4, 30))
    write_file(folder / "IRO service 2023-24.xlsx", workbook(tables, sheet_names={}))
    write_file(folder / "delivery.yaml", delivery_note("final"))

    folder = root / "2025/2024-10-31"
    _write_csvs(folder, cut_extract(history, service, 2025, day(2024, 10, 31)), spoil=True)
    write_file(folder / "delivery.yaml", delivery_note("provisional", "in-year extract"))

    folder = root / "2025/2025-04-30"
    _write_csvs(folder, cut_extract(history, service, 2025, day(2025, 4, 30)))
    write_file(folder / "delivery.yaml", delivery_note("provisional", "what the annual report was written from"))


def _write_csvs(folder: Path, tables: Return, spoil: bool = False) -> None:
    for name, table in tables.items():
        content = csv_text(table)
        if spoil and name in _MISTAKES:
            content = _spoiled(name, table)
        write_file(folder / f"{name}.csv", content)


_MISTAKES = ("iro_staff", "iro_allocations", "reviews", "disputes", "dispute_stages", "rag_ratings", "case_tracking")


def _spoiled(name: str, table: Table) -> bytes:
    """Return a table with the mistakes that in-year extracts have, each on a row of its own."""
    table = {title: column.copy() for title, column in table.items()}
    if name == "iro_staff":
        table["fte"][1] = "12"  # hours a day, say
        table["fte"][3] = "0"
    elif name == "iro_allocations":
        table["iro_id"][12] = "IRO77"  # nobody's number
        table["allocated_on"][20] = "31/09/2024"  # no such day
    elif name == "reviews":
        held = np.flatnonzero((table["completed_on"] != "") & (table["record_distributed_on"] != ""))
        early, code, unborn = held[5], held[9], held[14]
        table["record_distributed_on"][early] = f"{table['completed_on'][early][:6]}2023"  # before the review
        table["participation_code"][code] = "PN9"
        table["started_on"][unborn] = table["completed_on"][unborn] = "01/06/1999"  # before the child was born
    elif name == "disputes":
        resolved = np.flatnonzero(table["resolved_on"] != "")
        table["current_stage"][resolved[3]] = "STAGE_9"  # no such stage
        table["resolved_on"][resolved[6]] = "02/01/2024"  # before it was raised
        table["category"][resolved[8]] = table["category"][resolved[8]].lower()  # typed by hand: still good
        table["dispute_id"][resolved[11]] = table["dispute_id"][resolved[10]]  # another dispute of that number
    elif name == "dispute_stages":
        table["stage"][4] = "Team manager"
    elif name == "rag_ratings":
        table["rating"][7] = "PURPLE"
        table["rating"][9] = table["rating"][9].capitalize()
    elif name == "case_tracking":
        lines = csv_lines(table)
        lines.insert(31, lines[30])  # the same row twice
        lines[40] = lines[40][:14]  # cut off in mid-line
        return ("\r\n".join(lines) + "\r\n").encode()
    return csv_text(table)
