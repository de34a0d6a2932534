"""Lines below and between the rows of a table that are no records: totals, notes, rulings, the column names again."""

import re
from collections.abc import Callable, Iterable, Sequence

from orchestration.ingest.readers.part import Part, RejectedLine
from orchestration.ingest.spelling.rules import footers
from orchestration.ingest.tables import Recognition, all_columns, plain_name

_SEVERAL_WORDS = re.compile(r"[^\W\d_]{2}.*?[^\w'\u2019-]+[^\W\d_]{2}", re.DOTALL)
"""Two words of letters, as no number of a child or a record has them."""
_LONGEST_NOTE = 300
"""Characters of a line that are looked at."""
_RULINGS = frozenset("-=_*~.+")
_NUMBER = re.compile(r"[-\d.,%£() ]+")
_SUMS_LAST = frozenset(("total", "totals"))
_SUMS_BEGIN = frozenset("TtGgSs")
_SUMS = re.compile(r"(?:grand |sub-?\s?)?totals?\b", re.IGNORECASE)
_SUMS_END = re.compile(r"[^\n]{1,100}\s(?:sub-?)?totals?", re.IGNORECASE)
"""How Excel calls the lines that its command Subtotal puts in: Summer event Total."""


def is_no_record(texts: Sequence[str]) -> bool:
    """Say whether a row, without outer blanks, is a ruling, a note, a count or a total."""
    filled = [text for text in texts if text]
    if not filled:
        return False
    first = filled[0].strip('"')[:_LONGEST_NOTE]
    if not any(letter.isalnum() for text in filled for letter in text):
        return len(max(filled, key=len)) > 1
    if len(filled) == 1 and (_SEVERAL_WORDS.search(first) or first.startswith("*")):
        return True
    if _SUMS.match(first) or _SUMS_END.fullmatch(first):
        return len(filled) <= 2 or all(map(_NUMBER.fullmatch, filled[1:]))
    return len(filled) <= 2 and bool(footers().search(first))


def is_heading(texts: Sequence[str], heading: Sequence[str]) -> bool:
    """Say whether a row has the column names again, as each page of a report may."""
    return [*map(plain_name, filter(None, texts))] == [*map(plain_name, filter(None, heading))]


def set_aside(
    part: Part,
    rows: Iterable[Sequence[str]],
    numbers: Sequence[int],
    heading: Sequence[str],
    recognise_row: Callable[[Sequence[str]], Recognition],
    dataset: str,
) -> set[int]:
    """Return the places of the rows that are no records; each becomes a line that is none.

    Where the column names of another table stand between the rows the part is rejected: below them a column means
    something else. `recognise_row` is what found the heading.
    """
    names = all_columns(dataset) | {plain_name(name): name for name in heading}
    out: set[int] = set()
    for index, row in enumerate(rows):
        first = (row[0] if row else "") or next((value for value in row if value), "")
        # Nearly every number of a child or a record ends in a digit, and no column's name does.
        has_name = not first[-1:].isdigit() and plain_name(first) in names
        is_sparse = len(row) > 2 and len(row) - row.count("") <= 2
        is_sum = (first[:1] in _SUMS_BEGIN and _SUMS.match(first)) or first[-6:].strip().lower() in _SUMS_LAST
        if not (has_name or is_sparse or first[:1] in _RULINGS or is_sum):
            continue
        texts = [value.strip() for value in row]
        if (has_name and is_heading(texts, heading)) or (len(row) > 2 and is_no_record(texts)):
            out.add(index)
            reject_line(part, numbers[index], ",".join(texts))
        elif has_name and recognise_row(texts).is_complete:
            reject_second_table(part, numbers[index])
            break
    return out


def reject_line(part: Part, row_number: int, content: str) -> None:
    """List a line below or between the rows as no record."""
    message = (
        f"{part.file_name} row {row_number} stands below or between the rows and is no record (a count, a total, a "
        "note, the column names again or the like)."
    )
    part.rejected_lines.append(RejectedLine(row_number, "line_below_table", message, content))
    part.spelling["", "lines_below_table"] = part.spelling.get(("", "lines_below_table"), 0) + 1


def reject_second_table(part: Part, row_number: int) -> None:
    """Reject a part in which another table begins."""
    part.reject(
        "columns_ambiguous",
        f"{part.file_name} has the column names of another table in row {row_number}, below its own rows. Put each "
        "table into a file or sheet of its own.",
    )
