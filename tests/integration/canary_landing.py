"""A landing zone with a canary in every place where a delivered file, or the name of one, can carry text."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from tests.canaries import Aviary
from tests.integration.damaged import Council, Row, Tables, deliver, text_of

YEAR, EXTRACTED = 2025, date(2025, 4, 30)
CSV_AUTHORITY, XLSX_AUTHORITY, XML_AUTHORITY, MAPPED_AUTHORITY = "813", "371", "372", "370"
FAULTY_AUTHORITIES = ["380", "381", "382", "383", "384", "390", "391", "392", "393", "394", "350", "351", "352", "353"]

BIRTHS = [date(2011, 3, 7), date(2013, 11, 19), date(2009, 8, 23)]
POSTCODES = ("DN31 1HU", "DN32 7AB")

OWN_WORDS = {
    "late reason of a review",
    "grade of an audit",
    "audience of a workshop",
    "name of an event",
}
"""Short lists in the authority's own words, whose entries are categories of figures (docs/security.md, risk 6)."""

FAULTY_MAPPINGS = [
    "tables: [{table: «table in a mapping», columns: {child_id: a}}]",
    "«key of a mapping»: 1\ntables: []",
    "tables: [{table: reviews, «key of an entry of a mapping»: 1, columns: {child_id: a}}]",
    "tables: [{table: reviews, columns: {«column in a mapping»: a}}]",
    "tables: [{table: reviews, columns: {«column with a list in a mapping»: [«item of a list in a mapping»]}}]",
    "tables: [{table: reviews, columns: {child_id: a}, codes: {«column of codes in a mapping»: {a: b}}}]",
    "tables: [{table: reviews, columns: {format: b}, codes: {format: {«their code»: «our code that is none»}}}]",
    "tables: [{table: reviews, columns: {child_id: a}, fixed: {format: «fixed value»}}]",
    "tables: [{table: reviews, columns: {child_id: a}, date_order: «order of dates»}]",
    "tables: [{table: reviews, columns: {child_id: a}, only_rows: {«their heading»: {a: «their value»}}}]",
    "tables: [{table: reviews, file: 'a/«file in a mapping»', columns: {child_id: a}}]",
    "tables: [\n«mapping that is no YAML»: {",
    "«key given twice»: 1\n«key given twice»: 2",
    "tables: &«anchor in a mapping» !«tag in a mapping» []",
]
GOOD_MAPPING = """# «comment of a mapping»
tables:
  - table: reviews
    columns: {review_id: No, child_id: «heading: number», started_on: «heading: day», completed_on: «heading: day»,
      cancelled: How, participation_code: How}
    codes: {cancelled: {«their word»: N}, participation_code: {«their word»: PN1}}
    only_rows: {«heading: kind»: [«their word»]}
  - table: disputes
    file: disputes.csv
    columns: {dispute_id: No, child_id: «heading that the file lacks», raised_on: «heading that the file lacks»}
"""
DELIVERY_NOTE = """# «comment of delivery.yaml»
status: final
supplier: «supplier in delivery.yaml»
notes: «notes in delivery.yaml»
«unknown key of delivery.yaml»: «value of an unknown key of delivery.yaml»
"""
FAULTY_NOTE = "status: «status in delivery.yaml»\nempty: [«table in delivery.yaml»]\n"
RELEASE_FILES = [
    "files: {«file in release.yaml»: {published_on: 2024-01-01}}",
    "«key of release.yaml»: «value in release.yaml»",
    "files: {a.csv: {«fact in release.yaml»: 1}}  # «comment in release.yaml»",
    "files: {a.csv: {published_on: «day in release.yaml»}}",
    "files: [«release.yaml that is no YAML»",
]
UNUSABLE_FILES = {
    "header runs in.csv": (
        "CHILD,DOB,REVIEW,REVIEW_CODE«child in a header that runs into its first row»,01/01/2012,«its value»\n"
        "«row below such a header»,a,b,c,d,e\n"
    ),
    # With all its columns there the file is read, and values are the names of columns.
    "dolo.csv": (
        "CHILD,DOB,DOLO_START,DOLO_END,«child in a header that has all columns»,01/01/2012\n"
        "«row below a header that has all columns»,01/01/2012,01/05/2024,,x,y\n"
    ),
    "no names.csv": "«child in a file without column names»,01/01/2012,M\n«second child in such a file»,01/01/2012,M\n",
    "semicolons.csv": "CHILD;DOB;REVIEW;REVIEW_CODE\n«child in a file with semicolons»;01/01/2012;01/05/2024;PN1\n",
    "«file name: not recognised».csv": "FISH,CHIPS,«heading of a file that is not recognised»\n1,2,«its cell»\n",
    "letter.docx": "«file of another kind»",
}
XML_FILES = {
    "cut off.xml": "<EXPSSDA903><CHILD><HEADER><CHILDID>«XML that is cut off»",
    "other.xml": "<«root of another XML»/>",
    "entities.xml": "<!DOCTYPE EXPSSDA903 [<!ENTITY «name of an entity» '«entity»'>]><EXPSSDA903/>",
}
MISPLACED = [
    "«folder name: the first»/ssda903/2025/2025-04-30/a.csv",
    "813/«folder name: the second»/2025/2025-04-30/a.csv",
    "813/ssda903/«folder name: the third»/2025-04-30/a.csv",
    "813/ssda903/2025/«folder name: the fourth»/a.csv",
    "813/ssda903/2025/2025-04-30/«folder name: within a delivery»/«file name: in a folder within a delivery».csv",
    "«file name: at the top».csv",
]
RETURNS_AMONG_STATISTICS = {
    "header.csv": "CHILD,DOB,«heading of a return among the statistics»\n«child among the statistics»,01/01/2012,x\n",
    "no names.csv": "«child in the first row of a list among the statistics»,01/01/2012,M\n",
}
IRO_RECORDS: dict[str, Row] = {
    "reviews": {
        "review_id": "«review_id»", "child_id": "", "iro_id": "«officer of a review»", "started_on": date(2025, 3, 1),
        "completed_on": date(2025, 3, 1), "cancelled": "", "participation_code": "PN1",
        "late_reason": "«late reason of a review»", "format": "«format of a review»",
    },
    "pre_review_consultations": {
        "consultation_id": "«consultation_id»", "child_id": "", "consulted": "CHILD", "consulted_on": date(2025, 2, 1),
        "method": "«method of a consultation»",
    },
    "permanence_plans": {
        "plan_id": "«plan_id»", "child_id": "", "plan_type": "LTFOST18", "agreed_on": date(2024, 6, 1),
        "achieved_on": "", "ended_on": date(2025, 1, 1), "end_reason": "«why a plan ended»",
    },
    "audits": {
        "audit_id": "«audit_id»", "iro_id": "IRO1", "child_id": "", "audit_type": "DIP_SAMPLE",
        "audited_on": date(2024, 6, 1), "grade": "«grade of an audit»",
    },
    "workshops": {
        "workshop_id": "«workshop_id»", "held_on": date(2024, 6, 1), "title": "«title of a workshop»",
        "audience": "«audience of a workshop»", "attendees": 5,
    },
    "participation_events": {
        "event_id": "«event_id»", "held_on": date(2024, 6, 1), "name": "«name of an event»", "children_attended": 5,
    },
    "case_tracking": {
        "tracking_id": "«tracking_id»", "child_id": "", "iro_id": "IRO1", "tracked_on": date(2025, 1, 5),
    },
}  # fmt: skip
"""A record of each table that has free text; the child is put in."""


def plant_everything(landing: Path, aviary: Aviary) -> None:
    """Write all deliveries, and all that is none."""
    council = plant_csv(landing, aviary)
    plant_iro(landing, aviary, council)
    plant_workbook(landing, aviary)
    plant_xml(landing, aviary)
    plant_mappings(landing, aviary)
    plant_statistics(landing, aviary)
    for place in MISPLACED:
        write(landing / aviary.fill(place), aviary.fill("CHILD\n«content of a misplaced file»\n"))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def council_of(la_code: str, aviary: Aviary, children: int = 60) -> Council:
    """Children whose numbers are canaries, and of whom three dates of birth are looked for."""
    council = Council(la_code, children, mark=aviary.plant(f"number of an accepted child of {la_code}"))
    for life, birth in zip(council.lives, BIRTHS, strict=False):
        life["DOB"] = birth
        aviary.also(birth.isoformat(), f"date of birth of a child of {la_code}, as ISO writes it")
        aviary.also(birth.strftime("%d/%m/%Y"), f"date of birth of a child of {la_code}, as delivered")
    return council


def plant_csv(landing: Path, aviary: Aviary) -> Council:
    """Good rows, bad rows for each column, lines that are no rows, and files that cannot be used."""
    council = council_of(CSV_AUTHORITY, aviary, 130)
    tables = council.ssda903(YEAR)
    for row in tables["header"]:
        row["UPN"] = aviary.plant("UPN of an accepted child")
    for row in tables["episodes"]:
        row["HOME_POST"], row["PL_POST"] = POSTCODES
        row["URN"] = aviary.plant("URN of an accepted episode")
    for postcode in POSTCODES:
        aviary.also(postcode, "postcode of an accepted episode")
        aviary.also(postcode.replace(" ", ""), "postcode of an accepted episode, without its blank")
    files = {name: with_bad_rows(name, tables, aviary) for name in tables}
    first, *others = files["episodes"].splitlines()
    others = [f"{line},{aviary.plant('value of an extra column')}" for line in others]
    files["episodes"] = "\n".join([f"{first},Name of {aviary.plant('name of an extra column')}", *others])
    files["header"] = aviary.fill("Report for «line above the column names»\n\n") + files["header"]
    files["reviews"] += aviary.fill("Total for «line below the table»,,,\n")
    files["missing"] += aviary.fill('"«line whose quotation mark is never closed»\n')
    files["oc2"] += aviary.fill("«line with too few values»,1\n")
    files["sw_episodes"] += aviary.plant("line that is too long") * 150_000 + "\n"
    files[f"ad1 {aviary.plant('file name: accepted')}"] = (
        "CHILD,DOB,DATE_INT,DATE_MATCH,FOSTER_CARE,NB_ADOPTR,SEX_ADOPTR,LS_ADOPTR\n"
        f"{council.lives[0]['CHILD']},01/01/2012,01/05/2024,01/05/2024,0,2,MF,L0\n"
    )
    deliver(landing, CSV_AUTHORITY, "ssda903", YEAR, EXTRACTED, files, aviary.fill(DELIVERY_NOTE))
    folder = landing / CSV_AUTHORITY / "ssda903" / str(YEAR) / EXTRACTED.isoformat()
    for name, text in UNUSABLE_FILES.items():
        write(folder / aviary.fill(name), aviary.fill(text))
    (folder / "binary.csv").write_bytes(bytes(range(256)) + aviary.plant("file that is no text").encode() * 50)
    (folder / "utf16.csv").write_bytes(aviary.fill("CHILD,DOB\n«file in UTF-16»,01/01/2012\n").encode("utf-16"))
    return council


def with_bad_rows(name: str, tables: Tables, aviary: Aviary, key: str = "CHILD") -> str:
    """Return a table with one row more for each column, in which that column's value is a canary, and doubled rows."""
    good, rows = tables[name][-1], list(tables[name])
    columns = next(csv.reader(io.StringIO(text_of(name, []))))
    for column in columns:
        bad = {**good, key: aviary.plant(f"{key} of the row with a bad {name}.{column}")}
        rows.append({**bad, column: aviary.fill(f"«{name}.{column}» «{name}.{column}, second word»")})
    rows += [tables[name][0], {**tables[name][1], columns[-1]: aviary.plant(f"{name}: conflicting duplicate")}]
    return text_of(name, rows)


def plant_iro(landing: Path, aviary: Aviary, council: Council) -> None:
    """Every free text of the IRO service, in rows that are accepted and in rows that are not."""
    tables = council.iro(YEAR)
    # Enough that can be read for the delivery not to be held: a column may hold bad values, but not most of them.
    for name, key, day in (("iro_staff", "iro_id", "ended_on"), ("disputes", "dispute_id", "cafcass_referred_on")):
        copies = [row | {key: f"{row[key]}{copy}"} for row in tables[name] for copy in range(3)]
        tables[name] += [row | {day: date(YEAR, 3, 1)} for row in copies]
    files = {
        name: with_bad_rows(name, tables, aviary, "iro_id" if name == "iro_staff" else "child_id") for name in tables
    }
    child = next(life["CHILD"] for life in reversed(council.lives) if life["DEC"] is None)
    for name, record in IRO_RECORDS.items():
        row = {column: aviary.fill(value) if isinstance(value, str) else value for column, value in record.items()}
        files[name] = text_of(name, [row | ({"child_id": child} if "child_id" in row else {})], list(row))
    deliver(landing, CSV_AUTHORITY, "iro", YEAR, EXTRACTED, files)


def plant_workbook(landing: Path, aviary: Aviary) -> None:
    """A return as a workbook: properties, defined names, comments, sheet names, a hidden sheet; and damaged ones."""
    council = council_of(XLSX_AUTHORITY, aviary)
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.title = aviary.plant("title of a workbook")
    book.properties.creator = aviary.plant("author of a workbook")
    book.properties.keywords = aviary.plant("keywords of a workbook")
    name = aviary.plant("defined name of a workbook")
    book.defined_names[name] = DefinedName(name, attr_text=f'"{aviary.plant("value of a defined name")}"')
    for table, rows in council.ssda903(YEAR).items():
        sheet = book.create_sheet(f"{table[:12]} {aviary.plant('name of a sheet that is read')}")
        for row in csv.reader(io.StringIO(with_bad_rows(table, {table: rows}, aviary))):
            sheet.append(row)
        sheet.cell(2, 1).comment = Comment(aviary.plant("comment on a cell"), aviary.plant("author of a comment"))
        sheet.oddHeader.center.text = aviary.plant("page header of a sheet")
    for kind, columns in {"is not recognised": ["x"], "lacks a column": ["CHILD", "DOB", "MISSING"]}.items():
        sheet = book.create_sheet(aviary.plant(f"name of a sheet that {kind}"))
        sheet.append([*columns, aviary.plant(f"heading of a sheet that {kind}")])
        sheet.append([aviary.plant(f"cell of a sheet that {kind}"), "01/01/2012", "M", ""])
    hidden = book.create_sheet(aviary.plant("name of a hidden sheet"))
    hidden.append([aviary.plant("cell of a hidden sheet")])
    hidden.sheet_state = "hidden"
    folder = landing / XLSX_AUTHORITY / "ssda903" / str(YEAR) / EXTRACTED.isoformat()
    write(folder / "delivery.yaml", aviary.fill(FAULTY_NOTE))
    book.save(folder / "return.xlsx")
    content = (folder / "return.xlsx").read_bytes()
    (folder / f"{aviary.plant('file name: damaged workbook')}.xlsx").write_bytes(content[: len(content) // 2])
    with zipfile.ZipFile(folder / "broken.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", f"<{aviary.plant('workbook whose XML is broken')}")


def plant_xml(landing: Path, aviary: Aviary) -> None:
    """A return as XML: tags, attributes, comments, processing instructions, CDATA; and files that are none."""
    council = council_of(XML_AUTHORITY, aviary)
    tables = council.ssda903(YEAR)
    written = ["<?xml version='1.0'?><!-- «comment in XML» --><?«name of an instruction in XML» «instruction in XML»?>"]
    written += ["<EXPSSDA903 «attribute name in XML»='«attribute value in XML»'>"]
    for header in tables["header"]:
        written.append(
            f"<CHILD><HEADER><CHILDID><![CDATA[{header['CHILD']}]]></CHILDID><SEX>{header['SEX']}</SEX>"
            f"<DOB>{header['DOB'].isoformat()}</DOB><ETHNIC>WBRI</ETHNIC><UPN>«UPN in XML»</UPN>"
            "<«tag in XML»>«text of an unknown tag in XML»</«tag in XML»></HEADER>"
        )
        written += [
            f"<EPISODE><DECOM>{row['DECOM'].isoformat()}</DECOM><RNE>S</RNE><LS>C2</LS><CIN>N1</CIN><PL>U4</PL>"
            "<PLACE_PROVIDER>PR1</PLACE_PROVIDER><URN>«URN in XML»</URN></EPISODE>"
            for row in tables["episodes"]
            if row["CHILD"] == header["CHILD"]
        ]
        written.append("</CHILD>")
    for tag in ("SEX", "DOB", "ETHNIC"):
        child = f"<CHILDID>«child with a bad {tag} in XML»</CHILDID><{tag}>«bad {tag} in XML»</{tag}>"
        written.append(f"<CHILD><HEADER>{child}</HEADER></CHILD>")
    folder = landing / XML_AUTHORITY / "ssda903" / str(YEAR) / EXTRACTED.isoformat()
    write(folder / "return.xml", aviary.fill("\n".join([*written, "</EXPSSDA903>"])))
    for name, text in XML_FILES.items():
        write(folder / name, aviary.fill(text))


def plant_mappings(landing: Path, aviary: Aviary) -> None:
    """A mapping that is used, with an entry that fits no file, and one with each kind of fault."""
    council = council_of(MAPPED_AUTHORITY, aviary)
    returned = {table: text_of(table, rows) for table, rows in council.ssda903(YEAR).items()}
    deliver(landing, MAPPED_AUTHORITY, "ssda903", YEAR, EXTRACTED, returned)
    kinds = ["«their word»", "«their word»", "«word of rows left out»"]
    rows = [
        f"{life['CHILD']},{number},01/02/2025,{kinds[number % 3]},«their word»"
        for number, life in enumerate(council.lives[:40])
    ]
    lines = ["«heading: number»,No,«heading: day»,«heading: kind»,How", *rows]
    mapping, talks = aviary.fill("=====".join([GOOD_MAPPING, "\n".join(lines)])).split("=====")
    files = {"talks": talks, "disputes": aviary.fill("No,«heading of a file that the mapping does not fit»\n1,2\n")}
    deliver(landing, MAPPED_AUTHORITY, "iro", YEAR, EXTRACTED, files)
    write(landing / MAPPED_AUTHORITY / "iro" / "mapping.yaml", mapping)
    for la_code, text in zip(FAULTY_AUTHORITIES, FAULTY_MAPPINGS, strict=True):
        deliver(
            landing,
            la_code,
            "iro",
            YEAR,
            EXTRACTED,
            {"reviews": aviary.fill("«file beside a faulty mapping»,b\n1,2\n")},
        )
        write(landing / la_code / "iro" / "mapping.yaml", aviary.fill(text))


def plant_statistics(landing: Path, aviary: Aviary) -> None:
    """`release.yaml` with faults, and returns dropped by mistake where DfE's published files belong."""
    for number, text in enumerate(RELEASE_FILES):
        folder = landing / "published" / f"release_{2020 + number}"
        write(folder / "release.yaml", aviary.fill(text))
        write(folder / "a.csv", "time_period,geographic_level\n2024,National\n")
    for name, text in RETURNS_AMONG_STATISTICS.items():
        write(landing / "published" / "release_2024" / name, aviary.fill(text))
