"""The numbered definitions of docs/definitions.md as one HTML page, for those who read figures and not code."""

import itertools
import re
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from orchestration.filesystem import private_directory, write_private_text
from orchestration.reports.page import environment, stylesheet
from orchestration.settings import REPOSITORY

PAGE = "numbered-definitions.html"
SOURCE = REPOSITORY / "docs" / "definitions.md"
_ANCHOR = re.compile(r'<a id="([\w-]+)"></a>')


def write_definitions(path: Path) -> None:
    """Write the page as one HTML file without a script, that loads nothing; `#d11-6` leads to definitions 11.6."""
    title, body = _in_html(SOURCE.read_text(encoding="utf-8"))
    page = environment().get_template("definitions.html.j2").render(title=title, body=body, css=stylesheet())
    private_directory(path.parent)
    write_private_text(path, page)


def _in_html(markdown: str) -> tuple[str, str]:
    """Return the title of the page, and what stands under it; links to other pages of docs become their text."""
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    tokens = parser.parse(markdown)
    title = tokens[1].content
    for before, token in itertools.pairwise(tokens):
        if token.type != "inline":
            if token.type == "th_open":
                token.attrSet("scope", "col")
            continue
        if before.type == "heading_open":
            found = _ANCHOR.match(token.content)
            before.attrSet("id", found[1] if found else token.content.lower().replace(" ", "-"))
        token.children = _without_links_to_pages(token.children or [])
    return title, str(parser.renderer.render(tokens[3:], parser.options, {}))


def _without_links_to_pages(children: list[Token]) -> list[Token]:
    kept = []
    is_left_out = False
    for child in children:
        if child.type == "link_open":
            is_left_out = not str(child.attrGet("href")).startswith("#")
        is_anchor = child.type == "html_inline"
        if not is_anchor and not (is_left_out and child.type in ("link_open", "link_close")):
            kept.append(child)
        if child.type == "link_close":
            is_left_out = False
    return kept
