"""Deliveries as files: the same bytes for the same tables, and an identical file is left as it is."""

import io
import zipfile
from datetime import date
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from orchestration.synthetic.iro import IRO_DATES, IRO_NUMBERS
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


def workbook(tables: Return, sheet_names: dict[str, str] = CSV_NAMES) -> bytes:
    """Return one XLSX workbook, a sheet for each table: real dates and numbers, no trace of when it was made.

    Written by hand, because it takes a tenth of the time that a library takes over every cell.
    """
    names = [sheet_names.get(name, name) for name in tables]
    numbers = range(1, len(names) + 1)
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in zip(numbers, names, strict=True)
    )
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_CONTENT}.worksheet+xml"/>' for n in numbers
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATION}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    links += f'<Relationship Id="rId{len(names) + 1}" Type="{_RELATION}/styles" Target="styles.xml"/>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_CONTENT}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_CONTENT}.styles+xml"/>{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    }
    for n, table in zip(numbers, tables.values(), strict=True):
        parts[f"xl/worksheets/sheet{n}.xml"] = _sheet(table)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            text = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + content
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return made.getvalue()


_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_DATE_STYLE = 1
_DAY_ZERO = date(1899, 12, 30)


def _sheet(table: Table) -> str:
    """Return a sheet, the header in its first row; blank texts are no cells."""
    columns = []
    for number, (title, column) in enumerate(table.items()):
        letter = chr(ord("A") + number)  # no table has more than 26 columns
        head = f'<c r="{letter}1" t="inlineStr"><is><t>{title}</t></is></c>'
        if title in DATES or title in IRO_DATES:
            cells = [f'<c r="{letter}{row}" s="{_DATE_STYLE}"><v>{_serial(text)}</v></c>' if text else ""
                     for row, text in enumerate(column.tolist(), start=2)]  # fmt: skip
        elif title in IRO_NUMBERS:
            cells = [f'<c r="{letter}{row}"><v>{text}</v></c>' if text else ""
                     for row, text in enumerate(column.tolist(), start=2)]  # fmt: skip
        else:
            cells = [f'<c r="{letter}{row}" t="inlineStr"><is><t>{escape(text)}</t></is></c>' if text else ""
                     for row, text in enumerate(column.tolist(), start=2)]  # fmt: skip
        columns.append([head, *cells])
    rows = (f'<row r="{row}">{"".join(cells)}</row>' for row, cells in enumerate(zip(*columns, strict=True), start=1))
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(rows)}</sheetData></worksheet>'


@cache
def _serial(text: str) -> int:
    return (date(int(text[6:]), int(text[3:5]), int(text[:2])) - _DAY_ZERO).days


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
