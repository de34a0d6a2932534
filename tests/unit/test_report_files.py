"""What an authority gives its reports: branding.yaml and recommendations.csv; and the page numbers of a PDF."""

import struct
import zlib
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from orchestration.errors import UserError
from orchestration.reports import office
from orchestration.reports.branding import COLOUR, Branding, read_branding
from orchestration.reports.content import Table
from orchestration.reports.office import pages_of_headings
from orchestration.reports.page import write_page
from orchestration.reports.recommendations import COLUMNS, read_recommendations
from orchestration.reports.word_document import write_word
from orchestration.settings import REPOSITORY
from tests.unit.test_reports import annual_report, blocks, images, year_figures

METRICS = year_figures().metrics


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" + b"\x10" * 8 + (b"\0" + b"\x90" * 8) * 7)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def branded(tmp_path: Path, text: str, logo: bytes = b"") -> Path:
    folder = tmp_path / "narrative" / "812"
    folder.mkdir(parents=True)
    (folder / "branding.yaml").write_text(text, encoding="utf-8")
    if logo:
        (folder / "logo.png").write_bytes(logo)
    return folder


def test_the_cover_and_the_headings_are_the_authoritys(tmp_path: Path) -> None:
    branded(tmp_path, 'name: North East Lincolnshire Council\ncolour: "#7A1F3D"\nlogo: logo.png\n', png())
    for is_public in (False, True):
        report = annual_report(tmp_path, is_public=is_public)
        assert report.authority == "North East Lincolnshire Council"
        write_word(report, images(report), tmp_path / "r.docx")
        document = docx.Document(str(tmp_path / "r.docx"))
        assert str(document.styles["Heading 1"].font.color.rgb) == "7A1F3D"
        assert document.inline_shapes[0]._inline.docPr.get("descr") == "Logo of North East Lincolnshire Council"
        write_page(report, images(report), tmp_path / "r.html")
        page = (tmp_path / "r.html").read_text(encoding="utf-8")
        assert "--accent: #7a1f3d" in page
        assert 'alt="Logo of North East Lincolnshire Council" src="data:image/png;base64,' in page
        assert "<p>North East Lincolnshire Council</p>" in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("motto: Onwards\n", "should hold nothing but lines that begin with name:, colour: or logo:."),
        ("- a list\n", "should hold nothing but lines"),
        ("colour: blue\n", 'a colour is written like "#005a9c", in quotation marks.'),
        ('colour: "#ffff00"\n', "could not be read on white; choose a darker one."),
        ("logo: ../logo.png\n", "there is none of that name."),
        ("logo: logo.gif\n", "there is none of that name."),
        ("logo: logo.png\n", "is neither a PNG nor a JPEG picture."),
        ("name: [a, b]\n", "name, colour and logo are a text each."),
        ("name: &a x\n", "branding.yaml"),
    ],
)
def test_what_is_wrong_with_the_branding_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UserError) as error:
        read_branding(branded(tmp_path, text, b"not a picture"))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_without_branding_reports_look_as_ever(tmp_path: Path) -> None:
    assert read_branding(tmp_path) == Branding()
    assert read_branding(branded(tmp_path, "# nothing yet\n")).colour == COLOUR


def test_recommendations_are_carried_over_and_stand_beside_their_measures(tmp_path: Path) -> None:
    for year, text in (
        ("2024", "4,Support children to come to their reviews,reviews_on_time;disputes_raised,Advocates were found.\n"),
        ("2025", "1,Hold every review on time,reviews_on_time;convicted,\n"),
    ):
        folder = tmp_path / "narrative" / "812" / year
        folder.mkdir(parents=True)
        (folder / "recommendations.csv").write_text(",".join(COLUMNS) + "\n" + text, encoding="utf-8-sig")
    tables = {table.id: table for table in blocks(annual_report(tmp_path), Table)}
    (last,) = tables["recommendations-last"].rows
    assert [cell.text for cell in last[:3]] == [
        "4",
        "Support children to come to their reviews",
        "Advocates were found.",
    ]
    assert "97% (95% in 2023/24); " in last[3].text
    assert "114 (303 in 2023/24)" in last[3].text
    (following,) = tables["recommendations-next"].rows
    assert "97% (95% in 2023/24)" in following[2].text
    assert following[2].text.endswith(": not available")
    # The public report has recommendations of its own, as it has words of its own.
    assert not {"recommendations-last", "recommendations-next"} & {
        table.id for table in blocks(annual_report(tmp_path, is_public=True), Table)
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"number,recommendation\n1,\n", "line 2: a recommendation needs a number and a text."),
        (b"number,text\n1,Do\n", "should have the columns number, recommendation, measures, progress"),
        (b"number,recommendation,measures\n1,Do,no_such_metric\n", "line 2: a measure is not one of the metrics"),
        (b"number,recommendation\n1,Do,more,and more\n", "no more cells than these."),
        (b"number,recommendation\n1,Caf\xe9\n", "save it from Excel as 'CSV UTF-8'."),
    ],
)
def test_what_is_wrong_with_the_recommendations_is_one_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "recommendations.csv"
    path.write_bytes(content)
    with pytest.raises(UserError) as error:
        read_recommendations(path, METRICS)
    assert said in str(error.value)
    assert "no_such_metric" not in str(error.value)


def test_the_template_of_recommendations_can_be_read() -> None:
    found = read_recommendations(REPOSITORY / "docs" / "templates" / "recommendations.csv", METRICS)
    assert [one.number for one in found] == ["1", "2", "3", "4"]
    assert all(one.measures for one in found)


def test_the_page_numbers_of_a_pdf_reach_the_contents(tmp_path: Path) -> None:
    title = "Executive summary".encode("utf-16-be").hex().upper()
    pdf = (
        "<</Type/Pages\n/Kids[ 7 0 R 9 0 R ]\n/Count 2>>\n"
        f"<</Count 0/Title<FEFF{title}>\n/Dest[9 0 R/XYZ 56.7 771.1 0]/Parent 2 0 R>>"
    ).encode()
    assert pages_of_headings(pdf) == {"Executive summary": "2"}
    assert pages_of_headings(b"%PDF-1.7 of another program") == {}
    report = annual_report(tmp_path)
    for pages, updates in (({"Executive summary": "2"}, 0), ({}, 1)):
        write_word(report, images(report), tmp_path / "r.docx", pages)
        document = docx.Document(str(tmp_path / "r.docx"))
        entry = next(p for p in document.paragraphs if p.style and p.style.name == "toc 1")
        text = "".join(element.text or "" for element in entry._p.iter(qn("w:t")))
        assert text == f"Executive summary{pages.get('Executive summary', '')}"
        assert len(document.settings.element.findall(qn("w:updateFields"))) == updates
        modes = [one.get(qn("w:val")) for one in document.settings.element.iter(qn("w:compatSetting"))]
        assert modes[0] == "15"


def test_without_an_office_a_pdf_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office.shutil, "which", lambda name: None)
    with pytest.raises(UserError, match="needs LibreOffice"):
        office.office()
