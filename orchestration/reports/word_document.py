"""The report as a Word document: real styles, fields, repeated header rows, and a marked place for each narrative.

A place for words is a content control whose tag names its file, so that what was written in Word can be taken back into
the Markdown (`words_of`), and the figures made anew around it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

from orchestration.reports.charts import Rendered
from orchestration.reports.content import (
    Block,
    Bullets,
    Chart,
    FigureTable,
    Narrative,
    Note,
    Paragraph,
    Report,
    Section,
    Standing,
    Table,
    walk,
)
from orchestration.reports.markdown import Part, Run, parts
from orchestration.reports.tables import flattened

TAG = "narrative:"
PROMPT, WHERE = "Your words: ", "They are kept in "
HOW = " Write them there, or here, and take them over with cla report --take-narrative."
"""Said at the first place alone: there are a dozen."""
FONT = "Arial"
QUIET, RULE = RGBColor(0x59, 0x59, 0x59), "BFBFBF"
TEXT_WIDTH, LANDSCAPE_WIDTH, TALLEST = 17.0, 25.7, 14.0
"""Of an A4 page within its margins, in centimetres; and the most that a chart takes of its height."""
KEPT_WHOLE = 8
"""Rows of a table that move to the next page together; a longer one is broken, but never after its first rows."""
WORD_2013 = "15"
"""The mode of Word in which nothing is laid out as older versions did."""
CELL_MARGINS, CHARACTER, CAPITAL, WIDE_CHARACTER, THIN_CHARACTER, NAMES = 0.3, 0.17, 0.22, 0.29, 0.095, 6.5
"""Of a cell of a table: its margins, bold characters of its text, and the most that names of rows take."""
WIDE, THIN = "%MWmw", "\u00a0ijlt.,/()'"
SIDE = 68
"""The margin on either side of a cell, in twentieths of a point: 0.12 cm, for tables with eight columns."""
TEXT_TABLES = ("definitions", "sources-", "recommendations-", "revisions", "sign-off")
"""Tables of words, whose columns stand on the left."""
TABLE_TEXT = "Tabletext"
NEW_PAGES = ("summary", "introduction")
"""Sections that begin a page; the annex does too, because its pages lie on their side."""


def write_word(
    report: Report, images: Mapping[str, Rendered], path: Path, pages: Mapping[str, str] | None = None
) -> None:
    """Write the report as a Word document; where the page of each heading is known, the contents have it already."""
    _Writer(report, images, pages or {}).write(path)


def words_of(path: Path, prompt: Callable[[str], str]) -> dict[str, str]:
    """Return what stands in the marked places of a Word document, as Markdown by the name of the place.

    Prompts are nobody's words, but words written over a prompt keep its style: they are told apart by their text.
    """
    document = Document(str(path))
    found = {}
    for control in document.element.body.iter(qn("w:sdt")):
        tag = control.find(f"{qn('w:sdtPr')}/{qn('w:tag')}")
        content = control.find(qn("w:sdtContent"))
        if tag is None or content is None or not (tag.get(qn("w:val")) or "").startswith(TAG):
            continue
        slot = str(tag.get(qn("w:val"))).removeprefix(TAG)
        prompted = {"".join(run.text for run in part.runs) for part in parts(prompt(slot))}
        pieces = list(_markdown(document, content, prompted))
        text = ""
        for index, (kind, piece) in enumerate(pieces):
            is_next_item = index > 0 and kind.startswith("List") and kind == pieces[index - 1][0]
            text += ("\n" if is_next_item else "\n\n" if index else "") + piece
        found[slot] = text.strip()
    return found


def _markdown(document: Any, content: Any, prompted: set[str]) -> Iterator[tuple[str, str]]:
    """Return the parts of a marked place, each with its kind: that of a list or nothing; prompts are left out."""
    for element in content.iterchildren():
        if element.tag == qn("w:p"):
            paragraph = WordParagraph(element, document)
            style = (paragraph.style.name if paragraph.style is not None else None) or ""
            text = "".join(_marked(run.text, bool(run.bold), bool(run.italic)) for run in paragraph.runs).strip()
            if not text or paragraph.text in prompted or paragraph.text.startswith((PROMPT, WHERE)):
                continue
            if style.startswith("Heading"):
                yield "", f"{'#' * max(1, int(style[-1]) - 3)} {paragraph.text.strip()}"
            elif style.startswith("List"):
                depth = "   " * (int(style[-1]) - 1 if style[-1].isdigit() else 0)
                yield style.rstrip(" 23"), f"{depth}{'1.' if 'Number' in style else '-'} {text}"
            else:
                yield "", text
        elif element.tag == qn("w:tbl"):
            rows = [
                [" ".join(cell.text.split()).replace("|", "\\|") for cell in row.cells]
                for row in WordTable(element, document).rows
            ]
            lines = [f"| {' | '.join(row)} |" for row in rows]
            lines.insert(1, f"|{' --- |' * len(rows[0])}")
            yield "", "\n".join(lines)


def _marked(text: str, is_bold: bool, is_italic: bool) -> str:
    if not text.strip():
        return text
    mark = "**" * is_bold + "*" * is_italic
    inner = text.strip()
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}{mark}{inner}{mark[::-1]}{after}"


class _Writer:
    def __init__(self, report: Report, images: Mapping[str, Rendered], pages: Mapping[str, str]):
        self.pages = pages
        self.report, self.images = report, images
        self.accent = RGBColor.from_string(report.branding.colour.removeprefix("#").upper())
        self.document: Any = Document()
        self.numbers = {"Table": 0, "Figure": 0}
        self.bookmarks = 0
        self.width = TEXT_WIDTH
        self.is_told_how = False

    def write(self, path: Path) -> None:
        self._page()
        self._styles()
        self._properties()
        self._settings()
        self._cover()
        for section in self.report.sections:
            self._section(section, 1)
        self.document.save(str(path))

    # --- the document ------------------------------------------------------------------------------------------------

    def _page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.0)
        header = section.header.paragraphs[0]
        header.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = header.add_run(self.report.synthetic_notice or self.report.la_name)
        run.bold = bool(self.report.synthetic_notice)
        footer = section.footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
        footer.add_run(f"{self.report.classification}. Page ")
        _field(footer, "PAGE", "1")
        footer.add_run(" of ")
        _field(footer, "NUMPAGES", "1")
        for paragraph in (header, footer):
            for run in paragraph.runs:
                run.font.size = Pt(8)

    def _styles(self) -> None:
        styles = self.document.styles
        _font(styles["Normal"], 11)
        styles["Normal"].paragraph_format.space_after = Pt(8)
        for level, size in ((1, 18), (2, 14), (3, 12), (4, 11), (5, 11), (6, 11)):
            _font(styles[f"Heading {level}"], size, self.accent, bold=True)
            styles[f"Heading {level}"].paragraph_format.space_before = Pt(14)
            styles[f"Heading {level}"].paragraph_format.space_after = Pt(6)
        _font(styles["Title"], 26, self.accent, bold=True)
        for border in styles["Title"].element.findall(f".//{qn('w:pBdr')}"):
            border.getparent().remove(border)
        _font(styles["Subtitle"], 13, QUIET)
        _font(styles["Caption"], 10, RGBColor(0x1D, 0x1D, 0x1D), bold=True)
        styles["Caption"].paragraph_format.keep_with_next = True
        for name in ("toc 1", "toc 2"):
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = styles["Normal"]
            style.paragraph_format.space_after = Pt(3)
            style.paragraph_format.tab_stops.add_tab_stop(Cm(TEXT_WIDTH), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        styles["toc 2"].paragraph_format.left_indent = Cm(0.8)
        for name, points in (("Prompt", 10.0), ("Note", 9.0), ("Table text", 8.5)):
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
            style.base_style = styles["Normal"]
            style.font.size = Pt(points)
        styles["Note"].font.color.rgb = QUIET
        styles["Prompt"].font.italic = True
        styles["Prompt"].paragraph_format.keep_with_next = True
        styles["Table text"].paragraph_format.space_after = Pt(0)
        _shade(styles["Prompt"].element.get_or_add_pPr(), "FFF3CD")
        language = OxmlElement("w:lang")
        language.set(qn("w:val"), "en-GB")
        styles["Normal"].element.get_or_add_rPr().append(language)

    def _properties(self) -> None:
        properties = self.document.core_properties
        report = self.report
        properties.title = f"{report.title} {report.this_year}"
        properties.author = report.la_name
        properties.subject = report.synthetic_notice or report.classification
        properties.comments = report.vintage
        properties.language = "en-GB"
        properties.revision = 1
        made = datetime.fromisoformat(report.published_at) if report.published_at else datetime(2000, 1, 1)
        properties.created = properties.modified = made.replace(tzinfo=None)

    def _settings(self) -> None:
        """Lay out as Word does today, and have the page numbers of the contents filled in when it opens."""
        settings = self.document.settings.element
        for setting in settings.iter(qn("w:compatSetting")):
            if setting.get(qn("w:name")) == "compatibilityMode":
                setting.set(qn("w:val"), WORD_2013)
        if not self.pages:
            update = OxmlElement("w:updateFields")
            update.set(qn("w:val"), "true")
            settings.insert_element_before(update, "w:hdrShapeDefaults", "w:footnotePr", "w:endnotePr", "w:compat")

    def _cover(self) -> None:
        report = self.report
        if report.branding.logo:
            paragraph = self.document.add_paragraph()
            paragraph.add_run().add_picture(BytesIO(report.branding.logo), height=Cm(2.5))
            described = paragraph._p.find(f".//{qn('wp:docPr')}")
            described.set("descr", f"Logo of {report.authority}")
            described.set("title", "Logo")
        name = self.document.add_paragraph(report.authority, style="Subtitle")
        name.paragraph_format.space_before = Pt(120)
        name.runs[0].font.size = Pt(18)
        _underline(self.document.add_paragraph(report.title, style="Title"), str(self.accent))
        self.document.add_paragraph(report.period, style="Subtitle").paragraph_format.space_before = Pt(14)
        self.document.add_paragraph(f"{report.vintage}. {report.classification}.")
        if report.synthetic_notice:
            self.document.add_paragraph().add_run(report.synthetic_notice).bold = True
        self.document.add_paragraph(f"{report.made_from}.", style="Note")
        self._contents()

    def _contents(self) -> None:
        """Write the table of contents as a field that has entries already; Word puts in the pages when it opens it."""
        heading = self.document.add_paragraph()
        heading.paragraph_format.page_break_before = True
        run = heading.add_run("Contents")
        run.bold, run.font.size, run.font.color.rgb = True, Pt(18), self.accent
        entries = [(level, section) for level, section in walk(self.report.sections) if level <= 2]
        for index, (level, section) in enumerate(entries):
            paragraph = self.document.add_paragraph(style=f"toc {level}")
            if index == 0:
                _begin(paragraph, 'TOC \\o "1-2" \\h \\z \\u', dirty=True)
            link = OxmlElement("w:hyperlink")
            link.set(qn("w:anchor"), _anchor(section.id))
            paragraph._p.append(link)
            link.append(paragraph.add_run(section.title)._r)
            link.append(paragraph.add_run("\t")._r)
            before = len(paragraph._p)
            _field(paragraph, f"PAGEREF {_anchor(section.id)} \\h", self.pages.get(section.title, ""))
            for run in list(paragraph._p)[before:]:
                link.append(run)
            if index == len(entries) - 1:
                _end(paragraph)

    # --- sections and blocks -----------------------------------------------------------------------------------------

    def _section(self, section: Section, level: int) -> None:
        if section.id == "annex":
            self._turn()
        heading = self.document.add_heading(section.title, level)
        heading.paragraph_format.page_break_before = section.id in NEW_PAGES or None
        self._bookmark(heading, _anchor(section.id))
        for block in section.blocks:
            self._block(block)
        for part in section.sections:
            self._section(part, level + 1)

    def _turn(self) -> None:
        """Begin landscape pages, for the wide tables of the annex."""
        section = self.document.add_section()
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Cm(29.7), Cm(21.0)
        self.width = LANDSCAPE_WIDTH

    def _block(self, block: Block) -> None:
        if isinstance(block, Paragraph):
            paragraph = self.document.add_paragraph(block.text)
            if block.is_lead:
                paragraph.runs[0].bold, paragraph.paragraph_format.keep_with_next = True, True
        elif isinstance(block, Note):
            self.document.add_paragraph(block.text, style="Note")
        elif isinstance(block, Bullets):
            for item in block.items:
                self.document.add_paragraph(item, style="List Bullet")
        elif isinstance(block, FigureTable):
            self._table(flattened(block, self.report))
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Chart):
            self._chart(block)
        elif isinstance(block, Standing):
            self._parts(parts(block.markdown))
        else:
            self._narrative(block)

    def _caption(self, kind: str, text: str) -> Any:
        self.numbers[kind] += 1
        paragraph = self.document.add_paragraph(style="Caption")
        paragraph.add_run(f"{kind} ")
        _field(paragraph, f"SEQ {kind} \\* ARABIC", str(self.numbers[kind]))
        paragraph.add_run(f": {text}")
        return paragraph

    def _table(self, table: Table) -> None:
        self._caption("Table", table.caption)
        is_text = table.id.startswith(TEXT_TABLES)
        written = self.document.add_table(rows=1, cols=len(table.columns))
        _rule(written)
        written.autofit = False
        widths = _widths(table, self.width, is_text)
        _describe_table(written, table.caption)
        # Word goes by the widths of the cells, other programs by those of the columns.
        for column, width in zip(written.columns, widths, strict=True):
            column.width = width
        for index, (cell, text, width) in enumerate(zip(written.rows[0].cells, table.columns, widths, strict=True)):
            _fill(cell, text, width, bold=True, right=index > 0 and not is_text)
            _shade(cell._tc.get_or_add_tcPr(), "EEF3F8")
        _repeat(written.rows[0])
        for index, row in enumerate(table.rows):
            cells = written.add_row().cells
            is_total = table.has_total and index == len(table.rows) - 1
            for column, (cell, content, width) in enumerate(zip(cells, row, widths, strict=True)):
                _fill(cell, content.text, width, bold=is_total, right=column > 0 and not is_text)
        rows = list(written.rows)
        if table.id == "sign-off":
            for row in rows[1:]:
                row.height = Cm(1.2)  # of a signature
        for at, row in enumerate(rows):
            _whole(row)
            if at < len(rows) - 1 and (len(rows) <= KEPT_WHOLE or at < 3 or at == len(rows) - 2):
                _kept(row)
        self.document.add_paragraph(table.note, style="Note" if table.note else "Table text")

    def _chart(self, chart: Chart) -> None:
        image = self.images[chart.id]
        self._caption("Figure", chart.caption)
        width = min(self.width, TALLEST * image.width / image.height)
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = not chart.beside
        paragraph.add_run().add_picture(BytesIO(image.png), width=Cm(width))
        described = paragraph._p.find(f".//{qn('wp:docPr')}")
        described.set("descr", chart.alt)
        described.set("title", chart.caption)
        described.set("name", chart.id)
        if not chart.beside:
            self._table(chart.table)

    def _narrative(self, block: Narrative) -> None:
        body = self.document.element.body
        before = len(body)
        if block.markdown:
            self._parts(parts(block.markdown))
        else:
            self.document.add_paragraph(f"{PROMPT}{block.title}", style="Prompt").runs[0].bold = True
            for part in parts(block.prompt):
                # A pattern to fill in belongs into a file.
                if part.kind == "table" or {run.text for run in part.runs} == {"..."}:
                    continue
                self._runs(self.document.add_paragraph(style="Prompt"), part.runs)
            how = "" if self.is_told_how else HOW
            self.is_told_how = True
            self.document.add_paragraph(f"{WHERE}{block.file}.{how}", style="Prompt")
            self.document.add_paragraph()
        # The properties of the last section stay the last element of the body.
        added = [element for element in list(body)[before - 1 :] if element.tag != qn("w:sectPr")]
        control, content = _content_control(f"{TAG}{block.slot}", block.title)
        added[0].addprevious(control)
        for element in added:
            content.append(element)

    def _parts(self, found: Sequence[Part]) -> None:
        numbering = None
        for part in found:
            # Word counts on through a document unless each list is told to begin again.
            numbering = None if part.kind != "number" else numbering or self._new_numbering()
            if part.kind == "table":
                self._narrative_table(part)
                continue
            if part.kind == "heading":
                paragraph = self.document.add_paragraph(style=f"Heading {min(part.level + 3, 6)}")
            elif part.kind in ("bullet", "number"):
                depth = "" if part.level == 0 else f" {min(part.level + 1, 3)}"
                paragraph = self.document.add_paragraph(style=f"List {part.kind.capitalize()}{depth}")
                if numbering is not None and not part.level:
                    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
                    properties.get_or_add_ilvl().val = 0
                    properties.get_or_add_numId().val = numbering
            else:
                paragraph = self.document.add_paragraph()
            self._runs(paragraph, part.runs)

    def _runs(self, paragraph: Any, runs: Sequence[Run]) -> None:
        for run in runs:
            written = paragraph.add_run(run.text)
            written.bold, written.italic = run.is_bold or None, run.is_italic or None

    def _new_numbering(self) -> int:
        numberings = self.document.part.numbering_part.element
        style = self.document.styles["List Number"].element
        used = style.pPr.numPr.numId.val
        new = numberings.add_num(numberings.num_having_numId(used).abstractNumId.val)
        new.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(new.numId)

    def _narrative_table(self, part: Part) -> None:
        columns = max(len(row) for row in part.rows)
        table = self.document.add_table(rows=0, cols=columns)
        _rule(table)
        for index, row in enumerate(part.rows):
            cells = table.add_row().cells
            for cell, runs in zip(cells, row, strict=False):
                cell.paragraphs[0].style = "Table text"
                self._runs(cell.paragraphs[0], runs)
                if index == 0:
                    for run in cell.paragraphs[0].runs:
                        run.bold = True
        _repeat(table.rows[0])

    def _bookmark(self, paragraph: Any, name: str) -> None:
        self.bookmarks += 1
        for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
            element = OxmlElement(tag)
            element.set(qn("w:id"), str(self.bookmarks))
            if tag == "w:bookmarkStart":
                element.set(qn("w:name"), name)
                paragraph._p.insert(1, element)
            else:
                paragraph._p.append(element)


def _anchor(id: str) -> str:
    return f"_{id.replace('-', '_')}"[:40]


def _widths(table: Table, width: float, is_text: bool) -> list[Any]:
    """Return the widths of the columns: none breaks a word, the names take the rest, and what they leave is shared."""
    count = len(table.columns)
    if is_text:
        shares = {
            "definitions": (0.2, 0.55, 0.25),
            "recommendations-last": (0.07, 0.33, 0.3, 0.3),
            "recommendations-next": (0.07, 0.53, 0.4),
            "revisions": (0.25, 0.17, 0.13, 0.13, 0.32),
            "sign-off": (0.25, 0.3, 0.28, 0.17),
        }.get(table.id, (0.24, 0.22, 0.1, 0.1, 0.34))
        return [Cm(width * share) for share in shares]

    def length(word: str) -> float:
        widths = {**dict.fromkeys(THIN, THIN_CHARACTER), **dict.fromkeys(WIDE, WIDE_CHARACTER)}
        return sum(widths.get(c, CAPITAL if c.isupper() else CHARACTER) for c in word)

    longest = [
        max(length(word) for text in (column, *(row[n].text for row in table.rows)) for word in re.split("[ -]", text))
        for n, column in enumerate(table.columns)
    ]
    needed = [CELL_MARGINS + length for length in longest]
    most = NAMES if count > 2 else width * 0.7
    first = max(needed[0], min(most, width - sum(needed[1:])))
    spare = (width - first - sum(needed[1:])) / max(count - 1, 1)
    return [Cm(first), *(Cm(room + spare) for room in needed[1:])]


def _fill(cell: Any, text: str, width: Any, *, bold: bool, right: bool) -> None:
    cell.width = width
    paragraph = cell.paragraphs[0]
    # By its id: to look a style up by its name takes longer than all else in a cell.
    paragraph._p.style = TABLE_TEXT
    run = paragraph.add_run(text)
    run.bold = bold or None
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _underline(paragraph: Any, colour: str) -> None:
    """Draw a thick line below a paragraph, from margin to margin."""
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("w:val", "single"), ("w:sz", "36"), ("w:space", "10"), ("w:color", colour)):
        line.set(qn(name), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _repeat(row: Any) -> None:
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(header)


def _rule(table: Any) -> None:
    """Draw light rules between the rows of a table, and none between its columns."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        rule = OxmlElement(f"w:{side}")
        for name, value in (("w:val", "single"), ("w:sz", "4"), ("w:space", "0"), ("w:color", RULE)):
            rule.set(qn(name), value)
        borders.append(rule)
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(SIDE))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    after = ("w:tblLook", "w:tblCaption", "w:tblDescription")
    table._tbl.tblPr.insert_element_before(margins, *after)
    table._tbl.tblPr.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", *after)


def _kept(row: Any) -> None:
    """Keep a row on the page of the next one."""
    for paragraph in row._tr.iter(qn("w:p")):
        paragraph.get_or_add_pPr().get_or_add_keepNext()


def _whole(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _describe_table(table: Any, caption: str) -> None:
    described = OxmlElement("w:tblCaption")
    described.set(qn("w:val"), caption)
    table._tbl.tblPr.append(described)


def _shade(properties: Any, fill: str) -> None:
    shading = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", fill)):
        shading.set(qn(name), value)
    properties.append(shading)


def _font(style: Any, size: float, colour: RGBColor | None = None, *, bold: bool = False) -> None:
    style.font.name, style.font.size, style.font.bold = FONT, Pt(size), bold
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)
    fonts.set(qn("w:cs"), FONT)
    fonts.set(qn("w:eastAsia"), FONT)
    if colour is not None:
        style.font.color.rgb = colour
    style.font.italic = False


def _content_control(tag: str, title: str) -> tuple[Any, Any]:
    control, properties, content = (OxmlElement(f"w:{name}") for name in ("sdt", "sdtPr", "sdtContent"))
    for name, value in (("w:alias", f"{PROMPT}{title}"[:64]), ("w:tag", tag)):
        element = OxmlElement(name)
        element.set(qn("w:val"), value)
        properties.append(element)
    control.append(properties)
    control.append(content)
    return control, content


def _field(paragraph: Any, instruction: str, result: str) -> None:
    _begin(paragraph, instruction)
    paragraph.add_run(result)
    _end(paragraph)


def _begin(paragraph: Any, instruction: str, *, dirty: bool = False) -> None:
    begin = OxmlElement("w:fldChar")
    begin.set(qn("w:fldCharType"), "begin")
    if dirty:
        begin.set(qn("w:dirty"), "true")
    paragraph.add_run()._r.append(begin)
    text = OxmlElement("w:instrText")
    text.set(qn("xml:space"), "preserve")
    text.text = f" {instruction} "
    paragraph.add_run()._r.append(text)
    separate = OxmlElement("w:fldChar")
    separate.set(qn("w:fldCharType"), "separate")
    paragraph.add_run()._r.append(separate)


def _end(paragraph: Any) -> None:
    end = OxmlElement("w:fldChar")
    end.set(qn("w:fldCharType"), "end")
    paragraph.add_run()._r.append(end)
