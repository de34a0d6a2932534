"""The content of a report, apart from any form: sections of blocks, which Word, HTML and Excel write in their way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from orchestration.reports.branding import Branding
from orchestration.reports.figures import Figure


@dataclass(frozen=True)
class Paragraph:
    """Generated sentences."""

    text: str
    is_lead: bool = False
    """Whether it opens a list, and so stays with it and stands out."""


@dataclass(frozen=True)
class Bullets:
    """Generated sentences, one a line."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Note:
    """A sentence on how to read what stands above it."""

    text: str


@dataclass(frozen=True)
class Line:
    """One figure in a table, under the name it has there."""

    label: str
    figure: Figure | None


@dataclass(frozen=True)
class FigureTable:
    """Figures beside their previous year and their comparators; its sources stand in the annex."""

    id: str
    caption: str
    lines: tuple[Line, ...]
    is_compared: bool = True
    is_counted: bool = True
    """Whether the counts behind each figure stand beside it."""


@dataclass(frozen=True)
class Cell:
    """One cell: what is read, and the number behind it for whoever calculates on."""

    text: str
    number: float | None = None


@dataclass(frozen=True)
class Table:
    """Any other table; its first column names the row."""

    id: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    has_total: bool = False
    lines: tuple[Line, ...] = ()
    """The figures that its rows show, if they are figures, so that their sources can be told."""
    note: str = ""
    """What is said once below it instead of in many of its cells."""


@dataclass(frozen=True)
class Chart:
    """A chart as a Vega-Lite specification, what it shows in words, and its data as a table."""

    id: str
    caption: str
    alt: str
    specification: dict[str, Any] = field(hash=False)
    table: Table = field(hash=False)
    beside: str = ""
    """The table of the report that has the same data, if there is one: it need not stand there twice."""


@dataclass(frozen=True)
class Standing:
    """Text that is the same every year, shipped with the project or replaced by the authority's own."""

    slot: str
    markdown: str


@dataclass(frozen=True)
class Narrative:
    """A marked place for the authority's own words: its Markdown, or the prompt while there is none."""

    slot: str
    title: str
    markdown: str | None
    prompt: str
    file: str


Block = Paragraph | Bullets | Note | FigureTable | Table | Chart | Standing | Narrative


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple["Section", ...] = ()


@dataclass(frozen=True)
class Report:
    """A whole report and what its cover says."""

    title: str
    la_name: str
    period: str
    variant: str
    is_synthetic: bool
    is_provisional: bool
    vintage: str
    comparator_names: tuple[str, ...]
    comparator_year: int | None
    this_year: str
    previous_year: str
    sections: tuple[Section, ...]
    file_stem: str
    branding: Branding
    made_from: str
    """The run and its time: all that differs between two builds of the same data."""
    published_at: str

    @property
    def authority(self) -> str:
        """Return the authority's name as it writes it itself, or as the list of authorities has it."""
        return self.branding.name or self.la_name

    @property
    def synthetic_notice(self) -> str:
        """Return what stands on every page, sheet and chart of invented data."""
        return "SYNTHETIC DATA: every child and every officer is invented" if self.is_synthetic else ""

    @property
    def classification(self) -> str:
        """Return who the report is for."""
        if self.variant == "public":
            return "For publication: small numbers are not shown, to protect children"
        return "OFFICIAL-SENSITIVE: for the authority and its corporate parenting board; small numbers are shown"


def walk(sections: Sequence[Section], level: int = 1) -> Iterator[tuple[int, Section]]:
    """Return all sections in their order, each with its level."""
    for section in sections:
        yield level, section
        yield from walk(section.sections, level + 1)


def figure_tables(section: Section) -> list[FigureTable | Table]:
    """Return the tables of a section, and of those under it, whose rows are figures."""
    return [
        block
        for _, part in walk([section])
        for block in part.blocks
        if isinstance(block, FigureTable | Table) and block.lines
    ]
