"""Deliveries as files: the same bytes for the same tables, and an identical file is left as it is."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl

from orchestration.synthetic.returns import DATES, Return, Table

CSV_NAMES = {
    "header": "Header", "episodes": "Episodes", "uasc": "UASC", "reviews": "Reviews", "oc2": "OC2", "oc3": "OC3",
    "ad1": "AD1", "placed_adoption": "PlacedAdoption", "prev_perm": "PrevPerm", "missing": "Missing",
    "sw_episodes": "SWEpisodes",
}  # fmt: skip


def csv_lines(table: Table) -> list[str]:
    """Return a table as CSV lines; no invented value needs quoting."""
    return [",".join(table), *map(",".join, zip(*(column.tolist() for column in table.values()), strict=True))]


def csv_text(table: Table) -> bytes:
    """Return a table as a CSV file with the line ends of the systems that export it."""
    return ("\r\n".join(csv_lines(table)) + "\r\n").encode("utf-8")


def write_file(path: Path, content: bytes) -> None:
    """Write a file unless it holds these very bytes already."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def delivery_note(status: str, notes: str = "") -> bytes:
    """Return delivery.yaml, which says that none of these children exists."""
    lines = [f"status: {status}", "supplier: SYNTHETIC DATA - invented children", "synthetic: true"]
    return ("\n".join(lines + ([f"notes: {notes}"] if notes else [])) + "\n").encode()


def workbook(tables: Return) -> bytes:
    """Return one XLSX workbook, a sheet for each table, with real dates and no trace of when it was made."""
    book = openpyxl.Workbook(write_only=True)
    stamp = datetime(2020, 1, 1)
    for name, table in tables.items():
        sheet = book.create_sheet(CSV_NAMES[name])
        sheet.append(list(table))
        columns = []
        for title, column in table.items():
            to_date: Callable[[str], Any] = _excel_date if title in DATES else str
            columns.append([to_date(text) if text else None for text in column.tolist()])
        for row in zip(*columns, strict=True):
            sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    clean = io.BytesIO()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(clean, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "docProps/core.xml":
                content = re.sub(
                    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), content
                )
            target.writestr(zipfile.ZipInfo(entry.filename, stamp.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return clean.getvalue()


def _excel_date(text: str) -> datetime:
    return datetime(int(text[6:]), int(text[3:5]), int(text[:2]))


def xml_document(tables: Return) -> bytes:
    """Return a return as the XML that DfE's system takes (it has no place for social workers)."""

    def rows(name: str) -> dict[str, list[list[tuple[str, str]]]]:
        table = tables[name]
        titles = [title for title in table if title not in ("CHILD",)]
        grouped: dict[str, list[list[tuple[str, str]]]] = {}
        for child, *values in zip(table["CHILD"].tolist(), *(table[t].tolist() for t in titles), strict=True):
            grouped.setdefault(child, []).append(list(zip(titles, values, strict=True)))
        return grouped

    def tags(values: list[tuple[str, str]], without: tuple[str, ...] = ()) -> str:
        return "".join(f"<{tag}>{escape(text)}</{tag}>" if text else f"<{tag} />"
                       for tag, text in values if tag not in without)  # fmt: skip

    header = rows("header")
    once = {name: rows(name) for name in ("uasc", "oc3", "ad1", "prev_perm", "oc2")}
    many = {"AREVIEW": rows("reviews"), "AMISSING": rows("missing"), "AD_PLACED": rows("placed_adoption")}
    episodes = rows("episodes")
    parts = ['<?xml version="1.0" encoding="utf-8"?>', "<EXPSSDA903>"]
    for child, (values,) in header.items():
        uasc = once["uasc"].get(child)
        inside = [f"<CHILDID>{child}</CHILDID>", tags(values), f"<UASC>{int(uasc is not None)}</UASC>"]
        inside.append(tags([("DUC", dict(uasc[0])["DUC"] if uasc else "")]))
        for name in ("oc3", "ad1"):
            titles = [title for title in tables[name] if title not in ("CHILD", "DOB")]
            found = once[name].get(child)
            inside.append(tags(found[0] if found else [(t, "") for t in titles], without=("DOB",)))
        for tag, grouped in many.items():
            inside += [f"<{tag}>{tags(row, without=('DOB',))}</{tag}>" for row in grouped.get(child, [])]
        for tag, name in (("OC2", "oc2"), ("PERMANENCE", "prev_perm")):
            inside += [f"<{tag}>{tags(row, without=('DOB',))}</{tag}>" for row in once[name].get(child, [])]
        parts.append(f"<CHILD><HEADER>{''.join(inside)}</HEADER>")
        for row in episodes.get(child, []):
            renamed = [("PL" if tag == "PLACE" else tag, text) for tag, text in row]
            parts.append(f"<EPISODE>{tags(renamed)}</EPISODE>")
        parts.append("</CHILD>")
    parts.append("</EXPSSDA903>")
    return ("\r\n".join(parts) + "\r\n").encode("utf-8")
