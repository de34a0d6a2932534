"""The authority's Markdown: headings, paragraphs, lists and tables, in HTML for the page and in plain parts for Word.

HTML and images inside it are left as text: a report holds nothing that it was not made from.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

HEADINGS_BELOW = 3
"""The sections of a report take the levels above; a heading in a narrative begins at the next."""

LOWEST_HEADING = 6


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style."""

    text: str
    is_bold: bool = False
    is_italic: bool = False


@dataclass(frozen=True)
class Part:
    """A heading, a paragraph, an item of a list, or a table."""

    kind: str
    """heading, paragraph, bullet, number or table"""
    runs: tuple[Run, ...] = ()
    level: int = 0
    """of a heading from 1; of an item of a list from 0"""
    rows: tuple[tuple[tuple[Run, ...], ...], ...] = ()
    """of a table, the first one its heading"""


def as_html(markdown: str) -> str:
    """Return Markdown as HTML whose headings fit below those of the report."""
    parser = _parser()
    tokens = parser.parse(markdown)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + HEADINGS_BELOW, LOWEST_HEADING)}"
        elif token.type == "th_open":
            token.attrSet("scope", "col")
    return str(parser.renderer.render(tokens, parser.options, {}))


def parts(markdown: str) -> list[Part]:
    """Return Markdown as the parts that Word is written from."""
    found: list[Part] = []
    lists: list[str] = []
    first_of_item = False
    heading = 0
    rows: list[list[tuple[Run, ...]]] | None = None
    for token in _parser().parse(markdown):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append("bullet" if token.type.startswith("bullet") else "number")
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            first_of_item = True
        elif token.type == "heading_open":
            heading = int(token.tag[1:])
        elif token.type == "heading_close":
            heading = 0
        elif token.type == "table_open":
            rows = []
        elif token.type == "tr_open" and rows is not None:
            rows.append([])
        elif token.type == "table_close" and rows is not None:
            found.append(Part("table", rows=tuple(tuple(row) for row in rows)))
            rows = None
        elif token.type == "inline":
            runs = tuple(_runs(token.children or []))
            if rows is not None:
                rows[-1].append(runs)
            elif heading:
                found.append(Part("heading", runs, heading))
            elif lists and first_of_item:
                found.append(Part(lists[-1], runs, len(lists) - 1))
                first_of_item = False
            else:
                found.append(Part("paragraph", runs))
        elif token.type in ("fence", "code_block"):
            found.append(Part("paragraph", (Run(token.content.strip()),)))
    return found


def _runs(children: list[Token]) -> Iterator[Run]:
    bold = italic = 0
    for child in children:
        if child.type == "strong_open":
            bold += 1
        elif child.type == "strong_close":
            bold -= 1
        elif child.type == "em_open":
            italic += 1
        elif child.type == "em_close":
            italic -= 1
        elif child.type in ("softbreak", "hardbreak"):
            yield Run(" ", bool(bold), bool(italic))
        elif child.content:
            yield Run(child.content, bool(bold), bool(italic))


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "html_inline", "html_block"])
