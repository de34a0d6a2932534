"""The report as one HTML file: no script, nothing loaded from elsewhere, readable with a screen reader and on paper."""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from orchestration.reports.branding import COLOUR
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
    Standing,
    Table,
)
from orchestration.reports.markdown import as_html
from orchestration.reports.tables import flattened

TEMPLATES = Path(__file__).parent / "templates"


def write_page(report: Report, images: Mapping[str, Rendered], path: Path) -> None:
    """Write the report as HTML."""

    def html(block: Block) -> Markup:
        return _block(block, report, images)

    page = (
        environment()
        .get_template("annual_report.html.j2")
        .render(report=report, html=html, css=stylesheet(report), logo=logo(report))
    )
    path.write_text(page, encoding="utf-8", newline="\n")


@cache
def environment() -> Environment:
    """Return the templates, which escape whatever they are given."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )


def stylesheet(report: Report | None = None) -> Markup:
    """Return the style sheet, to stand inside a page; of a report in the authority's colour."""
    css = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    return _safe(css.replace(f"--accent: {COLOUR}", f"--accent: {report.branding.colour}") if report else css)


def logo(report: Report) -> Markup:
    """Return the authority's logo as a part of the page; nothing where it has none."""
    if not report.branding.logo:
        return Markup("")
    data = b64encode(report.branding.logo).decode("ascii")
    picture = Markup('<img class="logo" alt="Logo of {}" src="data:{};base64,{}">')
    return picture.format(report.authority, report.branding.logo_type, data)


def accessible(svg: str, id: str, title: str, description: str) -> Markup:
    """Return an SVG with its title and description, as one image for whoever cannot see it."""
    svg = re.sub(r'\s(?:role|aria-\w+|class|pointer-events)="[^"]*"', "", svg)
    opening = (
        f'<svg role="img" aria-labelledby="{id}-title {id}-desc"',
        f'<title id="{id}-title">{escape(title)}</title><desc id="{id}-desc">{escape(description)}</desc>',
    )
    svg = re.sub(r"^<svg([^>]*)>", lambda found: f"{opening[0]}{found[1]}>{opening[1]}", svg, count=1)
    return _safe(svg)


def _block(block: Block, report: Report, images: Mapping[str, Rendered]) -> Markup:
    macros: Any = environment().get_template("blocks.html.j2").module
    if isinstance(block, Paragraph):
        return _safe(macros.paragraph(block))
    if isinstance(block, Note):
        return _safe(macros.note(block))
    if isinstance(block, Bullets):
        return _safe(macros.bullets(block))
    if isinstance(block, FigureTable):
        return _safe(macros.table(flattened(block, report)))
    if isinstance(block, Table):
        style = "text" if block.id == "definitions" or block.id.startswith("sources-") else ""
        return _safe(macros.table(block, style))
    if isinstance(block, Chart):
        svg = accessible(images[block.id].svg, block.id, block.caption, block.alt)
        return _safe(macros.chart(block, svg))
    text = _safe(as_html(block.markdown or _prompt(block)))
    macro = macros.narrative if isinstance(block, Narrative) else macros.standing
    return _safe(macro(block, text))


def _safe(html: str) -> Markup:
    """Let HTML of our own making stand: templates and Vega escape, and Markdown is parsed without HTML."""
    return Markup(html)  # noqa: S704 - see the line above


def _prompt(block: Narrative | Standing) -> str:
    return block.prompt if isinstance(block, Narrative) else ""
