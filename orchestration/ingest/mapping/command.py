"""`cla map`: a first draft of `mapping.yaml`, shown in words and saved only when asked to."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.errors import UserError
from orchestration.filesystem import NotOrdinaryError, private_directory, read_ordinary_file, write_private_text
from orchestration.ingest.landing import printable as _shown
from orchestration.ingest.limits import DEFAULT_LIMITS, variable
from orchestration.ingest.mapping.draft import TableProposal, known_headings, looks_like_a_heading, propose
from orchestration.ingest.mapping.grids import Grid, grids
from orchestration.ingest.mapping.judging import judge
from orchestration.ingest.mapping.model import normal
from orchestration.ingest.mapping.reading import MAPPING_FILE, read_mapping
from orchestration.ingest.plain_yaml import is_text
from orchestration.ingest.tables import DATASETS, IRO, SSDA903
from orchestration.settings import Limits

_DOCUMENTATION = "docs/mapping.md"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Draft:
    """What was made of the files."""

    dataset: str
    text: str
    """The content of `mapping.yaml`."""


def map_files(
    files: Sequence[Path], landing: Path, dataset: str | None, say: Say, limits: Limits = DEFAULT_LIMITS
) -> Draft:
    """Propose a mapping for some files of one dataset, and say in words what was found in each."""
    place = [_place(file, landing) for file in files]
    datasets = {found for _, found in place if found} if dataset is None else {dataset}
    tables = _read(files, limits)
    proposals = _propose(tables, sorted(datasets) or [SSDA903, IRO], say)
    if not proposals:
        raise UserError(
            f"No table of ours comes near to what is in {_names(files)}; write {MAPPING_FILE} by hand "
            f"({_DOCUMENTATION})."
        )
    chosen = proposals[0].dataset
    text = draft_text(proposals)
    mapping, faults = read_mapping(MAPPING_FILE, text.encode(), chosen)
    if faults:
        raise AssertionError(f"a draft of its own has {len(faults)} faults")
    for proposal, entry in zip(proposals, mapping.tables, strict=True):
        _show(proposal, say)
        found = judge(entry, proposal.grid)
        said = f"Of {_count(found.rows, 'row')} {found.accepted:,} would be accepted"
        if found.left_out:
            said += f", {found.left_out:,} left out, because {entry.left_out_said()}"
        if found.missing:
            say(f"{said}: the table is rejected as long as {_and(found.missing)} {_has(found.missing)} no heading.")
        else:
            reasons = [f"{count:,} because {reason}" for reason, count in found.reasons.most_common()]
            say(f"{said}{', rejected: ' + '; '.join(reasons) if reasons else ''}.")
        for column, count in found.unknown.items():
            if count:
                say(f"In {_count(count, 'row')} of these {column} holds a code that is not in its list: not known.")
        say("This is what the file alone can tell; the build judges finally.")
        say("")
    return Draft(chosen, text)


def save(draft: Draft, landing: Path, la_code: str | None, files: Sequence[Path], overwrite: bool) -> Path:
    """Save a draft where it belongs; one that is there already stays unless it is to be overwritten."""
    if la_code is None:
        codes = {code for code, _ in (_place(file, landing) for file in files) if code}
        if len(codes) != 1:
            raise UserError("Say whose mapping it is: --la and the authority's three digits.")
        (la_code,) = codes
    path = landing / la_code / draft.dataset / MAPPING_FILE
    if path.exists() and not overwrite:
        raise UserError(
            f"{path} is there already, and nothing was changed; add the lines shown without --save to it by hand, or "
            "say --overwrite to replace it."
        )
    private_directory(path.parent)
    write_private_text(path, draft.text)
    return path


def draft_text(proposals: Sequence[TableProposal]) -> str:
    """Return the content of a `mapping.yaml`, with what is open as comments."""
    lines = [
        "# A first draft by `cla map`. Check every line; docs/mapping.md explains them.",
        "# Ours stands before the colon in columns and fixed; in codes theirs stands before it and ours behind.",
        "tables:",
    ]
    for proposal in proposals:
        lines += _entry(proposal, proposals)
    return "\n".join(lines) + "\n"


def _read(files: Sequence[Path], limits: Limits) -> list[tuple[str, Grid]]:
    tables = []
    for file in files:
        name = _shown(file.name)
        try:
            if file.stat().st_size > limits.file_mb * 1_000_000:
                raise UserError(
                    f"{name} is larger than {limits.file_mb:,} MB ({variable('file_mb')}); a mapping can be drafted "
                    "from its first rows."
                )
            data = read_ordinary_file(file)
        except NotOrdinaryError:
            raise UserError(f"{_shown(str(file))} is no file.") from None
        except OSError as error:
            reason = error.strerror or "it is being written"
            raise UserError(f"{_shown(str(file))} cannot be opened: {reason}.") from None
        tables += [(file.name, grid) for grid in grids(name, data, known_headings, limits)]
    return tables


def _propose(tables: Sequence[tuple[str, Grid]], datasets: Sequence[str], say: Say) -> list[TableProposal]:
    """Return what the tables seem to be, all of the dataset that fits them best; the others are named."""
    found = {
        dataset: [propose(file_name, grid, [dataset]) for file_name, grid in tables]
        for dataset in sorted(datasets, key=lambda name: name != IRO)
    }
    best = max(found, key=lambda dataset: sum(proposal.score for proposal in found[dataset] if proposal))
    for (file_name, grid), proposal in zip(tables, found[best], strict=True):
        if proposal is None:
            say(f"{_where(file_name, grid)}: no table of ours comes near to it; it was left aside.")
            say("")
    return [proposal for proposal in found[best] if proposal is not None]


def _entry(proposal: TableProposal, proposals: Sequence[TableProposal]) -> list[str]:
    grid = proposal.grid
    lines = [f"  - table: {proposal.table}"]
    used = {normal(column.heading) for column in proposal.columns}
    rivals = [
        other
        for other in proposals
        if other is not proposal and used <= {normal(heading) for heading in other.grid.headings}
    ]
    # Only where the headings alone would not tell two tables apart: next year's file has another name.
    if any(other.file_name != proposal.file_name for other in rivals):
        lines.append(f"    file: {_scalar(proposal.file_name)}")
    if any(other.file_name == proposal.file_name for other in rivals) and grid.sheet:
        lines.append(f"    sheet: {_scalar(grid.sheet)}")
    lines.append("    columns:")
    for column in proposal.columns:
        lines.append(f"      {column.column}: {_scalar(column.heading)}  # {column.how_sure}")
    missing = [spec.name for spec in proposal.missing]
    for name in missing:
        lines.append(f"      # {name}:   # required, and nothing was found")
    codes: list[str] = []
    for name, found in proposal.codes.items():
        if not found.codes and not found.open:
            continue
        # A comment alone would leave the column empty, which is a fault.
        codes.append(f"      {name}:" if found.codes else f"      # {name}:")
        codes += [f"        {_scalar(theirs)}: {ours}" for theirs, ours in found.codes.items()]
        codes += [
            f"        # {_scalar(theirs)}:   # which code? {' or '.join(near) if near else 'none comes near'}"
            for theirs, near in found.open.items()
        ]
    if codes:
        lines.append("    codes:" if any(found.codes for found in proposal.codes.values()) else "    # codes:")
        lines += codes
    fixable = [spec for spec in proposal.missing if not spec.is_key]
    if fixable:
        lines.append("    # Only where your service truly has none of it, so that the same is right for every row:")
        lines.append("    # fixed:")
        lines += [f"    #   {spec.name}:" for spec in fixable]
    if proposal.only_rows:
        lines.append("    only_rows:")
        for heading, values in proposal.only_rows.items():
            lines.append(f"      {_scalar(heading)}: [{', '.join(_scalar(value, True) for value in values)}]")
    orders = {order for order in proposal.date_orders.values() if order}
    if len(orders) == 1:
        lines.append(f"    date_order: {orders.pop()}")
    elif orders:
        lines.append("    date_order_by_column:")
        lines += [f"      {name}: {order}" for name, order in proposal.date_orders.items() if order]
    elif proposal.date_orders:
        lines.append("    # date_order: day_first   # the dates do not show which it is, or need it not")
    return lines


def _show(proposal: TableProposal, say: Say) -> None:
    grid = proposal.grid
    say(
        f"{_where(proposal.file_name, grid)}: {_count(len(grid.rows), 'row')}, read as {proposal.table} of "
        f"{DATASETS[proposal.dataset]}."
    )
    rows = [("their heading", "our column", "how sure", "why")]
    rows += [
        (_heading(grid, column.position), column.column, column.how_sure, column.why) for column in proposal.columns
    ]
    _table(rows, say)
    if proposal.left_over:
        say(f"Headings left over: {', '.join(_heading(grid, position) for position in proposal.left_over)}.")
    missing = [spec.name for spec in proposal.missing]
    if missing:
        say(f"Required, but nothing was found: {', '.join(missing)}.")
    for column in proposal.columns:
        if proposal.specs[column.column].is_published:
            say(f"{column.column} is published as it stands: make sure that it names nobody.")
    for name, found in proposal.codes.items():
        values = [(f"their {name}", "our code", "rows")]
        values += [(theirs, ours, f"{found.rows[theirs]:,}") for theirs, ours in found.codes.items()]
        values += [
            (theirs, f"? {' or '.join(near)}".strip(), f"{found.rows[theirs]:,}") for theirs, near in found.open.items()
        ]
        if len(values) > 1:
            _table(values, say)
        if found.hidden_values:
            say(
                f"{name} holds {_count(found.hidden_values, 'more value')} in {_count(found.hidden_rows, 'row')} that "
                "may be more than a category; they are not shown, so look at them in the file."
            )
    for heading, wanted in proposal.only_rows.items():
        say(f"Rows to take: those whose '{_shown(heading)}' is {' or '.join(wanted)}.")


def _table(rows: Sequence[Sequence[str]], say: Say) -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for number, row in enumerate(rows):
        say("  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
        if number == 0:
            say("  " + "  ".join("-" * width for width in widths))


def _place(file: Path, landing: Path) -> tuple[str | None, str | None]:
    """Return the authority and the dataset in whose folder of the landing zone a file lies."""
    try:
        parts = file.resolve().relative_to(landing.resolve()).parts
    except (ValueError, OSError, RuntimeError):
        return None, None
    la_code = parts[0] if len(parts) > 2 and re.fullmatch("[0-9]{3}", parts[0]) else None
    return la_code, parts[1] if la_code and parts[1] in (SSDA903, IRO) else None


def _heading(grid: Grid, position: int) -> str:
    """Return a heading as it may be shown."""
    heading = grid.headings[position]
    return _shown(heading) if looks_like_a_heading(heading) else f"(column {position + 1})"


def _where(file_name: str, grid: Grid) -> str:
    return _shown(file_name) + (f", sheet {_shown(grid.sheet)}" if grid.sheet else "")


def _scalar(text: str, in_list: bool = False) -> str:
    """Return a text as YAML holds it: as it is where nothing in it means something, else in quotation marks."""
    text = " ".join(text.split())
    if not is_text(text):
        raise AssertionError("a text that cannot be written was proposed")
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9 _/()&.'-]*" if not in_list else r"[A-Za-z][A-Za-z0-9 _/().'-]*", text)
    return text if plain else "'" + text.replace("'", "''") + "'"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _has(names: Sequence[str]) -> str:
    return "has" if len(names) == 1 else "have"


def _names(files: Sequence[Path]) -> str:
    return _and([_shown(file.name) for file in files])
