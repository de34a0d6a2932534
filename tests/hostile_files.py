"""Files and folders made to break whoever reads them; small on the disk, whatever they unpack or grow to."""

import io
import os
import socket
import zipfile
from collections.abc import Callable
from pathlib import Path

REVIEWS = "CHILD,DOB,REVIEW,REVIEW_CODE\n"
ROW = "1,01/02/2012,01/05/2024,PN1\n"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEADINGS = "<row>" + "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in REVIEWS.strip().split(","))
HEADINGS += "</row>"


def sheet(rows: str, head: str = "", before: str = "") -> bytes:
    """Return a sheet of a workbook with these rows."""
    return f'<?xml version="1.0"?>{head}<worksheet {MAIN}>{before}<sheetData>{rows}</sheetData></worksheet>'.encode()


def workbook(
    sheet1: bytes,
    strings: bytes | None = None,
    more: dict[str, bytes] | None = None,
    sheets: int = 1,
    packing: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Return a workbook of this sheet, as little as a workbook can be."""
    types = f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    if strings is not None:
        types += f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/>'
    listed = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r1"/>' for n in range(1, sheets + 1))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{types}</Types>'.encode(),
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{_RELATION}"><sheets>{listed}</sheets></workbook>'.encode(),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_RELATION}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>'
        ).encode(),
        "xl/worksheets/sheet1.xml": sheet1,
        **({"xl/sharedStrings.xml": strings} if strings is not None else {}),
        **(more or {}),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def strings(content: str) -> bytes:
    """Return the texts that the cells of a workbook share."""
    return f"<sst {MAIN}>{content}</sst>".encode()


def texts(*values: str) -> str:
    """Return a row of a sheet."""
    return "<row>" + "".join(f'<c t="str"><v>{value}</v></c>' for value in values) + "</row>"


def return_of(content: str) -> bytes:
    """Return an XML return with one child."""
    return f"<EXPSSDA903><CHILD><HEADER><CHILDID>1</CHILDID>{content}</HEADER></CHILD></EXPSSDA903>".encode()


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'

FILES: dict[str, tuple[str, Callable[[], bytes], str | None]] = {
    # What is wrong, the extension, the content, and the rule that rejects the file (None: it is read).
    "a line of 100 MB": ("csv", lambda: (REVIEWS + "x" * 100_000_000).encode(), None),
    "a first line of 100 MB": ("csv", lambda: b"x" * 100_000_000, "unreadable_file"),
    "50 million commas in one line": ("csv", lambda: REVIEWS.encode() + b"," * 50_000_000 + b"x", None),
    "50 million commas": ("csv", lambda: REVIEWS.encode() + (b"," * 999_990 + b"x\n") * 50, "beyond_limits"),
    "a million columns": ("csv", lambda: b",".join(b"%d" % n for n in range(140_000)) + b"\n", "beyond_limits"),
    "bytes of nought alone": ("csv", lambda: b"\0" * 10_000_000, "unreadable_file"),
    "bytes of nought in every value": ("csv", lambda: REVIEWS.encode() + b"1\0 2,,,\n" * 150_000, "beyond_limits"),
    "a quotation mark open in every line": ("csv", lambda: (REVIEWS + '"a\n' * 150_000).encode(), "beyond_limits"),
    "a quotation mark open over the file": ("csv", lambda: (REVIEWS + '"' + ROW * 100_000).encode(), None),
    "ten million blank lines": ("csv", lambda: REVIEWS.encode() + b"\n" * 10_000_000, "beyond_limits"),
    "UTF-16 that breaks off": ("csv", lambda: (REVIEWS + ROW).encode("utf-16")[:-1], "unreadable_file"),
    "two encodings": ("csv", lambda: (REVIEWS + "é" + ROW).encode() + "é".encode("cp1252") + ROW.encode(), None),
    "blanks that patterns try": (
        "csv",
        lambda: (REVIEWS + "".join(f"{n},1{' ' * 90}z,1 jan{' ' * 85}{n},PN\n" for n in range(20_000))).encode(),
        None,
    ),
    "numbers of half a million digits": ("csv", lambda: (REVIEWS + f"{'9' * 500_000},1,2,PN1\n" * 5).encode(), None),
    "a row numbered a thousand million": (
        "xlsx",
        lambda: workbook(sheet(HEADINGS + '<row r="1000000000"><c><v>1</v></c></row>')),
        "beyond_limits",
    ),
    "the last cell of a sheet": (
        "xlsx",
        lambda: workbook(sheet(HEADINGS + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        None,
    ),
    "the last cell of a sheet alone": (
        "xlsx",
        lambda: workbook(sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        "unrecognised_columns",
    ),
    "a cell in the last column of every row": (
        "xlsx",
        lambda: workbook(
            sheet(HEADINGS + "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(2, 50_000)))
        ),
        "beyond_limits",
    ),
    "a column beyond the last": (
        "xlsx",
        lambda: workbook(sheet('<row><c r="ZZZ1"><v>1</v></c></row>')),
        "beyond_limits",
    ),
    "two rows of one number": (
        "xlsx",
        lambda: workbook(sheet(HEADINGS + '<row r="2"><c><v>1</v></c></row>' * 2)),
        "unreadable_file",
    ),
    "a row of ten million cells": (
        "xlsx",
        lambda: workbook(sheet(f"<row>{'<c/>' * 10_000_000}</row>")),
        "beyond_limits",
    ),
    "more rows than a sheet has": ("xlsx", lambda: workbook(sheet("<row/>" * 1_100_000)), "beyond_limits"),
    "a text of 100 MB": ("xlsx", lambda: workbook(sheet(texts("x" * 100_000_000))), "beyond_limits"),
    "five parts of 250 MB": (
        "xlsx",
        lambda: workbook(sheet(HEADINGS), more={f"xl/media/{n}": bytes(250_000_000) for n in range(5)}),
        "beyond_limits",
    ),
    "a long text in every cell": (
        "xlsx",
        lambda: workbook(
            sheet(HEADINGS + '<row><c t="s"><v>0</v></c></row>' * 10_000), strings(f"<si><t>{'y' * 900_000}</t></si>")
        ),
        "beyond_limits",
    ),
    "a list of formats of 50 MB": (
        "xlsx",
        lambda: workbook(sheet(HEADINGS), more={"xl/styles.xml": b"<a>" + b" " * 50_000_000}),
        "beyond_limits",
    ),
    "entities in a sheet": (
        "xlsx",
        lambda: workbook(sheet(HEADINGS + texts("&c;"), LAUGHS)),
        "unreadable_file",
    ),
    "twenty thousand parts": (
        "xlsx",
        lambda: workbook(sheet(HEADINGS), more={f"part{n}": b"" for n in range(20_000)}),
        "beyond_limits",
    ),
    "five thousand sheets": ("xlsx", lambda: workbook(sheet(HEADINGS), sheets=5_000), "beyond_limits"),
    "another packing": ("xlsx", lambda: workbook(sheet(HEADINGS), packing=zipfile.ZIP_LZMA), "unreadable_file"),
    "a workbook in the workbook": (
        "xlsx",
        lambda: workbook(sheet(HEADINGS + texts("1")), more={"xl/a.xlsx": workbook(sheet(HEADINGS))}),
        None,
    ),
    "a broken directory": (
        "xlsx",
        lambda: workbook(sheet(HEADINGS)).replace(b"PK\x01\x02", b"PK\x01\x03", 3),
        "unreadable_file",
    ),
    "sizes that are not true": (
        "xlsx",
        lambda: wrong_sizes(workbook(sheet(HEADINGS + texts("1") * 50_000))),
        "unreadable_file",
    ),
    "an absurd dimension": (
        "xlsx",
        lambda: workbook(sheet(HEADINGS + texts("1"), before='<dimension ref="A1:XFD99999999999"/>')),
        None,
    ),
    "links to other workbooks": (
        "xlsx",
        lambda: workbook(
            sheet(HEADINGS + "<row><c><f>[1]Sheet1!$A$1</f><v>1</v></c></row>"),
            more={"xl/externalLinks/externalLink1.xml": b"<externalLink/>"},
        ),
        None,
    ),
    "a number of 100,000 digits": (
        "xlsx",
        lambda: workbook(sheet(f"{HEADINGS}<row><c><v>{'9' * 100_000}</v></c></row>")),
        "unreadable_file",
    ),
    "a workbook with a password": (
        "xlsx",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000),
        "unreadable_file",
    ),
    "a million attributes of a row": (
        "xlsx",
        lambda: workbook(sheet("<row " + " ".join(f'a{n}="1"' for n in range(600_000)) + "/>")),
        "beyond_limits",
    ),
    "a million unknown elements": ("xml", lambda: return_of("<X>y</X>" * 1_000_000), None),
    "100,000 different elements": (
        "xml",
        lambda: return_of("".join(f"<X{n}>y</X{n}>" for n in range(100_000))),
        "beyond_limits",
    ),
    "elements a million deep": ("xml", lambda: b"<EXPSSDA903>" + b"<A>" * 1_000_000, "beyond_limits"),
    "a million attributes": (
        "xml",
        lambda: b"<EXPSSDA903 " + b" ".join(b'a%d="1"' % n for n in range(600_000)) + b"/>",
        "beyond_limits",
    ),
    "an attribute of 50 MB": ("xml", lambda: b'<EXPSSDA903 a="' + b"x" * 50_000_000 + b'"/>', "beyond_limits"),
    "a comment of 50 MB": ("xml", lambda: b"<EXPSSDA903><!--" + b"<x>." * 12_500_000 + b"-->", "beyond_limits"),
    "a value of 50 MB": ("xml", lambda: return_of("x" * 50_000_000), "beyond_limits"),
    "entities": ("xml", lambda: f"{LAUGHS}<EXPSSDA903>&c;</EXPSSDA903>".encode(), "unreadable_file"),
    "60 million elements": ("xml", lambda: b"<EXPSSDA903>" + b"<C/>" * 60_000_000, "beyond_limits"),
}


def wrong_sizes(data: bytes) -> bytes:
    """Say of every part in the directory that it unpacks to a hundred bytes."""
    changed = bytearray(data)
    at = changed.find(b"PK\x01\x02")
    while at >= 0:
        changed[at + 24 : at + 28] = (100).to_bytes(4, "little")
        at = changed.find(b"PK\x01\x02", at + 1)
    return bytes(changed)


NAMES = (
    b"\xff\xfe.csv",
    b"\xff\xfd.csv",
    b"new\nline.csv",
    b"\x1b[31mred\x1b[0m.csv",
    b"\x07bell.csv",
    b"x" * 251 + b".csv",
)
"""Names that are no text, that tell a terminal what to do, or that are as long as a name can be."""


def odd_things(folder: Path) -> None:
    """Put into a folder what is no file: a pipe, a device, a socket, links that lead nowhere, out or round."""
    os.mkfifo(folder / "pipe.csv")
    if os.geteuid() == 0:
        os.mknod(folder / "device.csv", 0o020600, os.makedev(1, 5))
    with socket.socket(socket.AF_UNIX) as bound:
        here = Path.cwd()
        os.chdir(folder)  # the path of a socket may be no longer than a hundred characters
        try:
            bound.bind("socket.csv")
        finally:
            os.chdir(here)
    (folder / "zero.csv").symlink_to("/dev/zero")
    (folder / "out.csv").symlink_to("/etc/hostname")
    (folder / "nowhere.csv").symlink_to("not there.csv")
    (folder / "itself.csv").symlink_to("itself.csv")
    (folder / "round").symlink_to("..", target_is_directory=True)


YAMLS: dict[str, bytes] = {
    "a tag that builds an object": b"status: !!python/object/apply:os.system [ls]",
    "a tag of bytes": b"supplier: !!binary aGVsbG8=",
    "a tag of its own": b"status: !mine final",
    "half a pair": b'supplier: "\\ud800"',
    "half a pair as bytes": b"supplier: \xed\xa0\x80",
    "a control character": b"supplier: a\x07b",
    "a control character as an escape": b'supplier: "\\x1b[31m"',
    "an anchor that holds itself": b"a: &a [*a]",
    "a bomb of aliases": b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nstatus: *c",
    "merged keys": b"base: &b {status: final}\n<<: *b",
    "a key twice": b"status: final\nstatus: provisional",
    "ten megabytes": b"# " + b"x" * 10_000_000,
    "many lines": b"notes: x\n" * 7_000,
    "deep lists": b"supplier: " + b"[" * 1_900,
    "deep blocks": b"".join(b" " * n + b"a:\n" for n in range(300)),
    "a list for a text": b"supplier: [a, b]",
    "a dictionary for a text": b"status: {final: yes}",
    "a list alone": b"- final",
    "a number": b"7",
    "a key that is a list": b"? [a, b]\n: final",
    "two documents": b"status: final\n---\nstatus: provisional",
    "UTF-16": "status: final".encode("utf-16"),
    "nought": b"\0" * 1_000,
    "another version of YAML": b"%YAML 9.9\n---\nstatus: final",
    "an entry that nobody knows": b"stauts: final",
}
"""What may stand in `delivery.yaml`; all of it is refused in a sentence."""
