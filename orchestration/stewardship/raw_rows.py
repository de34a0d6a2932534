"""Rows of children in the raw layer: found, and taken out without the files that they came in.

A delivery may no longer lie in the landing zone, so what was read of it is rewritten here: into files of a new version,
which the delivery's record then names, as in any other change of the raw layer. Deliveries that do lie there are read
anew by the next build, without the child, because their content_hash is made over the erasures too.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.filesystem import flush_to_disk
from orchestration.ingest import raw as raw_layer
from orchestration.ingest.erasures import (
    DISPUTE_ID,
    DISPUTES,
    RULE,
    Erased,
    Erasures,
    free_text,
    left_out,
    rows_of_erased,
    spelt,
)
from orchestration.ingest.landing import dataset_of
from orchestration.ingest.person_keys import KINDS, Kind
from orchestration.ingest.raw import Commit
from orchestration.ingest.tables import IRO, table_specs

_LISTS = {
    "files": raw_layer.FILES_SCHEMA,
    "rejected_lines": raw_layer.REJECTED_LINES_SCHEMA,
    "spelling_changes": raw_layer.SPELLING_CHANGES_SCHEMA,
}


@dataclass
class OfDelivery:
    """What a delivery holds of erased children."""

    delivery_id: str
    rows: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    """Numbers of rows by table and file, as Excel shows them; those that nobody could read have their table too."""

    @property
    def count(self) -> int:
        """Return how many rows it holds of them."""
        return sum(len(numbers) for numbers in self.rows.values())


def find(raw: Path, erased: Erased, disputes: set[str]) -> list[OfDelivery]:
    """Return the deliveries of an authority that hold rows of an erased child, or of a dispute about one."""
    found = []
    for commit in _commits(raw, erased.la_code):
        delivery = OfDelivery(commit.delivery_id)
        for name, rows in _tables(raw, commit):
            numbers = zip(rows["file_name"].to_pylist(), rows["row_number"].to_pylist(), strict=True)
            for (file_name, number), is_out in zip(numbers, _out(name, rows, erased, disputes), strict=True):
                if is_out:
                    delivery.rows.setdefault((name, file_name), []).append(number)
        lines = _list_of(raw, "rejected_lines", commit)
        for line in lines.to_pylist() if lines is not None else []:
            if line["rule_id"] != RULE and erased.is_of_erased(line["raw_content"] or ""):
                delivery.rows.setdefault((line["table_name"] or "", line["file_name"]), []).append(line["row_number"])
        if delivery.rows:
            found.append(delivery)
    return found


def disputes_about(raw: Path, erased: Erased) -> set[str]:
    """Return the numbers of the disputes about erased children in all deliveries of an authority."""
    found: set[str] = set()
    for commit in _commits(raw, erased.la_code):
        rows = _table(raw, commit, DISPUTES) if dataset_of(commit.delivery_id) == IRO else None
        if rows is not None:
            out = _out(DISPUTES, rows, erased, set())
            found |= {
                spelt(one) for one, is_out in zip(rows[DISPUTE_ID].to_pylist(), out, strict=True) if is_out and one
            }
    return found


def upns_of(raw: Path, erased: Erased) -> set[str]:
    """Return the pupil numbers that deliveries have of erased children, as far as they are numbers (not UN1 to UN5)."""
    found: set[str] = set()
    for commit in _commits(raw, erased.la_code):
        rows = _table(raw, commit, "header")
        if rows is not None:
            out = _out("header", rows, erased, set())
            found |= {upn for upn, is_out in zip(rows["upn"].to_pylist(), out, strict=True) if is_out and upn}
    return {upn for upn in map(spelt, found) if len(upn) >= 10 and any(letter.isdigit() for letter in upn)}


def take_out(raw: Path, erasures: Erasures) -> int:
    """Rewrite every delivery that holds something of an erased child, and return how many rows it were.

    Running it again finds nothing; a kill in the middle leaves each delivery as it was or as it is to be.
    """
    taken = 0
    for la_code in erasures.by_authority:
        erased = erasures.of(la_code)
        disputes = disputes_about(raw, erased)
        for commit in _commits(raw, la_code):
            taken += _rewrite(raw, commit, erased, disputes)
    # Always: whoever was killed before this has left the old rows behind.
    raw_layer.sweep(raw)
    return taken


def withdraw_before(raw: Path, collection_year: int) -> list[str]:
    """Take out every delivery of earlier collection years, and return their names."""
    gone = sorted(commit.delivery_id for commit in _commits(raw) if year_of(commit.delivery_id) < collection_year)
    for delivery_id in gone:
        raw_layer.commit_path(raw, delivery_id).unlink()
    raw_layer.sweep(raw)
    return gone


def year_of(delivery_id: str) -> int:
    """Return the collection year that a delivery is of."""
    return int(delivery_id.split("-")[2])


def count_rows(raw: Path, delivery_id: str) -> int:
    """Return how many rows the raw layer holds of a delivery."""
    commits = [commit for commit in _commits(raw) if commit.delivery_id == delivery_id]
    return sum(rows.num_rows for commit in commits for _, rows in _tables(raw, commit))


def people_in(raw: Path, kind: Kind) -> set[tuple[str, str]]:
    """Return authority and number of everyone of a kind whom a delivery names."""
    found: set[tuple[str, str]] = set()
    for commit in _commits(raw):
        la_code = commit.delivery_id[:3]
        for table in table_specs(dataset_of(commit.delivery_id)).values():
            columns = sorted(kind.columns.intersection(table.columns))
            rows = _table(raw, commit, table.name, columns) if columns else None
            for numbers in rows.columns if rows is not None else ():
                told = map(raw_layer.trimmed, numbers.unique().to_pylist())
                found |= {(la_code, number) for number in told if number}
    return found


def _rewrite(raw: Path, commit: Commit, erased: Erased, disputes: set[str]) -> int:
    """Write a delivery without the rows of erased children as a new version, and make that the one that counts.

    How many cells a rule of spelling changed is left as it was counted: it is a number for a whole column.
    """
    version = hashlib.sha256(f"{commit.content_hash}{erased.fingerprint}".encode()).hexdigest()[:16]
    dataset = dataset_of(commit.delivery_id)
    new: list[tuple[Path, pa.Table]] = []
    gone: Counter[tuple[str, str]] = Counter()
    lines: list[dict[str, object]] = []
    is_changed = False
    for name, rows in _tables(raw, commit):
        out = _out(name, rows, erased, disputes)
        for file_name, number, is_out in zip(
            rows["file_name"].to_pylist(), rows["row_number"].to_pylist(), out, strict=True
        ):
            if is_out:
                gone[file_name, name] += 1
                lines.append(_listed(commit, version, name, file_name, number))
        kept = rows.filter(pa.array([not is_out for is_out in out])) if any(out) else rows
        redacted = _redacted(kept, dataset, name, erased)
        is_changed = is_changed or redacted is not rows
        if redacted.num_rows:
            folder = raw / dataset / name / f"delivery_id={commit.delivery_id}"
            new.append((folder / f"{version}.parquet", redacted))
    lists = {name: _list_of(raw, name, commit) for name in _LISTS}
    taken = sum(gone.values())
    rejected = lists["rejected_lines"].to_pylist() if lists["rejected_lines"] is not None else []
    for line in rejected:
        if line["rule_id"] != RULE and erased.is_of_erased(line["raw_content"] or ""):
            line |= _listed(commit, version, line["table_name"], line["file_name"], line["row_number"])
            taken += 1
    if not taken and not is_changed:
        return 0
    if rejected or lines:
        lists["rejected_lines"] = pa.Table.from_pylist([*rejected, *lines], schema=_LISTS["rejected_lines"])
    if lists["files"] is not None:
        lists["files"] = _recounted(lists["files"], gone)
    new += [
        (raw / name / f"{commit.delivery_id}.{version}.parquet", table)
        for name, table in lists.items()
        if table is not None
    ]
    flush_to_disk([raw_layer.write_parquet(path, _of_version(table, version)) for path, table in new])
    path = raw_layer.commit_path(raw, commit.delivery_id)
    record = pq.ParquetFile(path).read()
    metadata = pq.read_metadata(path).metadata
    kept_metadata = {key: value for key, value in metadata.items() if not key.startswith(b"ARROW")}
    record = _of_version(record, version).replace_schema_metadata(kept_metadata)
    raw_layer.write_parquet(path, record, durable=True)
    return taken


def _listed(commit: Commit, version: str, table: str, file_name: str, row_number: int) -> dict[str, object]:
    line = left_out(file_name, row_number)
    return {
        "delivery_id": commit.delivery_id,
        "content_hash": version,
        "file_name": file_name,
        "table_name": table,
        "row_number": row_number,
        "column_name": None,
        "rule_id": line.rule_id,
        "message": line.message,
        "raw_content": line.raw_content,
    }


def _recounted(files: pa.Table, gone: Counter[tuple[str, str]]) -> pa.Table:
    """Count rows that were taken out as not parsed; a workbook may have two sheets of one table."""
    left = Counter(gone)
    rows = files.to_pylist()
    for row in rows:
        moved = min(left[row["file_name"], row["table_name"]], row["rows_parsed"])
        left[row["file_name"], row["table_name"]] -= moved
        row["rows_parsed"] -= moved
        row["rows_unparsed"] += moved
    return pa.Table.from_pylist(rows, schema=_LISTS["files"])


def _redacted(rows: pa.Table, dataset: str, name: str, erased: Erased) -> pa.Table:
    """Return rows of other children without the numbers of erased ones in what somebody wrote in them."""
    for column in sorted({"extra_columns", "as_delivered"} | free_text(dataset, name)):
        values = rows[column].to_pylist()
        redacted = [erased.redacted(value) for value in values]
        if redacted != values:
            at = rows.schema.get_field_index(column)
            rows = rows.set_column(at, rows.schema.field(at), pa.array(redacted, rows.schema.field(at).type))
    return rows


def _of_version(table: pa.Table, version: str) -> pa.Table:
    at = table.schema.get_field_index("content_hash")
    return table.set_column(at, table.schema.field(at), pa.array([version] * table.num_rows, pa.string()))


def _out(name: str, rows: pa.Table, erased: Erased, disputes: set[str]) -> list[bool]:
    needed = {column: rows[column].to_pylist() for column in rows.column_names if column in _NUMBERS}
    return rows_of_erased(name, needed, rows.num_rows, erased, disputes)


_NUMBERS = frozenset[str]().union(*(kind.columns for kind in KINDS), {DISPUTE_ID})


def _commits(raw: Path, la_code: str = "") -> list[Commit]:
    commits = raw_layer.read_commits(raw).values() if (raw / "deliveries").exists() else []
    return sorted(
        (one for one in commits if one.delivery_id.startswith(la_code)), key=lambda commit: commit.delivery_id
    )


def _tables(raw: Path, commit: Commit) -> Iterator[tuple[str, pa.Table]]:
    for name in table_specs(dataset_of(commit.delivery_id)):
        rows = _table(raw, commit, name)
        if rows is not None:
            yield name, rows


def _table(raw: Path, commit: Commit, name: str, columns: list[str] | None = None) -> pa.Table | None:
    folder = raw / dataset_of(commit.delivery_id) / name / f"delivery_id={commit.delivery_id}"
    file = folder / f"{commit.content_hash}.parquet"
    return pq.ParquetFile(file).read(columns=columns) if file.exists() else None


def _list_of(raw: Path, name: str, commit: Commit) -> pa.Table | None:
    file = raw / name / f"{commit.delivery_id}.{commit.content_hash}.parquet"
    return pq.ParquetFile(file).read() if file.exists() else None
