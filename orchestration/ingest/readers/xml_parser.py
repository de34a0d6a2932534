"""XML read piece by piece by expat, with what is counted and what is refused the same for returns and workbooks."""

from collections.abc import Iterable, Iterator
from typing import Protocol
from xml.parsers import expat

from orchestration.ingest.limits import Meter

PIECE = 65_536
"""Bytes that are handed to the parser at once; between them the limits are looked at."""


class EntityError(Exception):
    """The document declares entities, of which bombs are made; neither a return nor a workbook has any."""


class Handler(Protocol):
    """What is told of elements and texts as they come."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Open an element."""

    def end(self, name: str) -> None:
        """Close an element."""

    def text(self, content: str) -> None:
        """Take in text; that of one element may come in several pieces."""


def new_parser(handler: Handler) -> expat.XMLParserType:
    """Return a parser that loads nothing from elsewhere and refuses entities."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    parser.EntityDeclHandler = parser.UnparsedEntityDeclHandler = parser.ExternalEntityRefHandler = _refuse
    return parser


def parsed(parser: expat.XMLParserType, pieces: Iterable[bytes], meter: Meter) -> Iterator[None]:
    """Parse piece by piece; after each the handler has what was in it."""
    fed = 0
    for piece in pieces:
        meter.time()
        parser.Parse(piece, False)
        fed += len(piece)
        # A tag or a comment that has not ended is read from its beginning with each piece that arrives.
        meter.markup(fed - max(parser.CurrentByteIndex, 0))
        yield
    parser.Parse(b"", True)
    yield


def _refuse(*_: object) -> int:
    raise EntityError
