"""`mapping.yaml` read and checked: by the schema for its form, and here for what the form cannot say.

A mapping with faults is not used at all. It decides what every row means, and half of it would be worse than none.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from orchestration.ingest.mapping.model import Mapping, TableMapping, normal
from orchestration.ingest.mapping.specification import ColumnSpec, column_specs
from orchestration.ingest.plain_yaml import Document, NotPlainError, read_plain_yaml, sentence
from orchestration.ingest.plain_yaml import Path as Place
from orchestration.ingest.tables import DATASETS, table_specs

MAPPING_FILE = "mapping.yaml"
"""It lies in the folder of the dataset, beside the folders of the years."""
SCHEMA = Path(__file__).with_name("mapping.schema.json")

_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_MOST_FAULTS = 100
_KINDS = {
    "object": "entries of a name, a colon and a value",
    "array": "a list, each item behind a hyphen",
    "string": "a text",
}

Fault = tuple[Place, str]
"""Where, and what is wrong there."""


def fingerprint(data: bytes | None) -> str:
    """Return a fingerprint of a mapping, or '' where there is none; a changed one means that files are read again."""
    return "" if data is None else hashlib.sha256(data).hexdigest()[:16]


def read_mapping(where: str, data: bytes | None, dataset: str) -> tuple[Mapping, list[str]]:
    """Read a mapping and return it with a sentence for each fault; one that has faults comes back without entries.

    `where` is what a sentence calls the file. Nothing in the file can raise an error. A sentence names the line and our
    own tables, columns, keys and codes; it quotes nothing of the file, whose every word may name a person.
    """
    if data is None:
        return Mapping(), []
    try:
        document = read_plain_yaml(data)
    except NotPlainError as error:
        return Mapping(), [error.sentence(where)]
    faults = _first(_faults_of_form(document.content)) or _first(_faults_of_meaning(document.content, dataset))
    if faults:
        ordered = sorted(faults, key=lambda fault: document.line(fault[0]) or 0)
        return Mapping(), [_located(where, document, place, said) for place, said in ordered]
    return Mapping(tuple(_table_mapping(entry, dataset) for entry in document.content["tables"])), []


def _first(faults: Iterator[Fault]) -> list[Fault]:
    """Return the faults, each once; nobody reads hundreds, and to look for them all would take seconds."""
    found = list(dict.fromkeys(islice(faults, _MOST_FAULTS + 1)))
    return found if len(found) <= _MOST_FAULTS else [*found[:_MOST_FAULTS], ((), "the file has more faults than these")]


def nearest(wrong: str, right: Iterable[str]) -> str | None:
    """Return the name that was probably meant."""
    from rapidfuzz import fuzz, process, utils

    found = process.extractOne(wrong, list(right), scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=60)
    return None if found is None else str(found[0])


@cache
def _our_columns() -> frozenset[str]:
    return frozenset(
        column for dataset in DATASETS for table in table_specs(dataset).values() for column in table.columns
    )


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(SCHEMA.read_bytes()))


def _faults_of_form(content: Any) -> Iterator[Fault]:
    """Yield what the schema finds, in our words: its own quote what stands in the file."""
    if content is None:
        yield (), "holds nothing; it should begin with 'tables:'"
        return
    for error in _validator().iter_errors(content):
        place = tuple(error.absolute_path)
        what = _name_of(place)
        if error.validator == "additionalProperties":
            known = list(error.schema["properties"])
            for name in sorted(error.instance.keys() - set(known)):
                said = f"{what} has no entry of this name"
                yield (*place, name), said + (_meant(nearest(name, known)) or _one_of(known))
        elif error.validator == "required":
            for name in error.validator_value:
                if name not in error.instance:
                    yield place, f"{what} lacks the entry '{name}'"
        elif error.validator == "enum":
            meant = nearest(error.instance, error.validator_value) if isinstance(error.instance, str) else None
            yield place, f"{what} must be one of {', '.join(error.validator_value)}{_meant(meant)}"
        elif error.validator == "type":
            kinds = [error.validator_value] if isinstance(error.validator_value, str) else error.validator_value
            said = " or ".join(_KINDS[kind] for kind in kinds if kind in _KINDS)
            yield place, f"{what} should be {said}"
        elif error.validator in ("minLength", "minItems", "minProperties"):
            yield place, f"{what} is empty"
        else:
            yield place, f"{what} is longer than {error.validator_value}"


def _faults_of_meaning(content: dict[str, Any], dataset: str) -> Iterator[Fault]:
    tables = table_specs(dataset)
    seen: dict[tuple[str, str, frozenset[str]], int] = {}
    for index, entry in enumerate(content["tables"]):
        place: Place = ("tables", index)
        table = entry["table"]
        if table not in tables:
            said = "there is no such table"
            others = [name for name in DATASETS if name != dataset and table in table_specs(name)]
            if others:
                yield (
                    (*place, "table"),
                    (
                        f"{said} among those of {DATASETS[dataset]}; it is one of {DATASETS[others[0]]}, "
                        f"whose mapping lies in the folder {others[0]}"
                    ),
                )
            else:
                meant = nearest(table, tables)
                yield (*place, "table"), said + (_meant(meant) or _one_of(tables))
            continue
        yield from _faults_of_table(entry, place, column_specs(dataset, table), table)
        headings = [*entry["columns"].values(), *(entry.get("only_rows") or {})]
        key = (
            normal(entry.get("file", "")),
            normal(entry.get("sheet", "")),
            frozenset(normal(heading) for heading in headings),
        )
        if key in seen:
            yield (
                place,
                (f"the entry can never be used, because entry {seen[key] + 1} has the same file, sheet and headings"),
            )
        seen.setdefault(key, index)


def _faults_of_table(entry: dict[str, Any], place: Place, specs: dict[str, ColumnSpec], table: str) -> Iterator[Fault]:
    columns, fixed = entry["columns"], entry.get("fixed", {})
    for part in ("columns", "codes", "otherwise", "fixed", "date_order_by_column"):
        for column in entry.get(part, {}):
            if column in specs:
                continue
            heading = columns.get(column) if part == "columns" else None
            if heading in specs:
                said = f"our column comes first and their heading behind the colon, so write {heading}: and the heading"
            else:
                meant = nearest(column, specs)
                said = f"{table} has no column of this name" + (_meant(meant) or _one_of(specs))
            yield (*place, part, column), said
    for column, heading in columns.items():
        if not normal(heading):
            yield (*place, "columns", column), f"the heading of {column} is blank"
    for heading in entry.get("only_rows", {}):
        if not normal(heading):
            yield (*place, "only_rows", heading), "a heading of only_rows is blank"
    if re.search(r"[/\\]", entry.get("file", "")):
        yield (*place, "file"), "file is the name of a file or a pattern for it, without folders"
    yield from _faults_of_codes(entry, place, specs)
    for column in fixed.keys() & specs.keys():
        if column in columns:
            yield (*place, "fixed", column), f"{column} has a heading in columns, so it cannot be fixed as well"
        elif specs[column].is_key and (specs[column].code_list is None or fixed[column] is None):
            yield (
                (*place, "fixed", column),
                (f"{column} tells the rows of {table} apart, so it cannot be the same in every row"),
            )
        else:
            yield from _fault_of_value((*place, "fixed", column), fixed[column], specs[column])
    for column in entry.get("date_order_by_column", {}).keys() & specs.keys():
        if not specs[column].is_date:
            yield (*place, "date_order_by_column", column), f"{column} holds no dates"
        elif column not in columns:
            yield (*place, "date_order_by_column", column), f"{column} has no heading in columns"


def _faults_of_codes(entry: dict[str, Any], place: Place, specs: dict[str, ColumnSpec]) -> Iterator[Fault]:
    columns, codes = entry["columns"], entry.get("codes", {})
    for column in codes.keys() & specs.keys():
        where = (*place, "codes", column)
        if specs[column].is_child or specs[column].is_date:
            what = "says which child a row is of" if specs[column].is_child else "holds dates"
            yield where, f"{column} {what}, so it has no codes"
            continue
        if column not in columns:
            yield where, f"{column} has no heading in columns, so its codes would never be used"
        seen: dict[str, tuple[str, str | None]] = {}
        for theirs, ours in codes[column].items():
            earlier = seen.setdefault(normal(theirs), (theirs, ours))
            if earlier != (theirs, ours):
                yield (
                    (*where, theirs),
                    (f"two codes of {column} differ only in case or blanks, so only one of them can stand there"),
                )
            faults = list(_fault_of_value((*where, theirs), ours, specs[column]))
            code_list = specs[column].code_list
            if faults and code_list is not None and code_list.find(theirs) is not None:
                faults = [
                    ((*where, theirs), f"in codes of {column} their words come first and our code behind the colon")
                ]
            yield from faults
    for column in entry.get("otherwise", {}).keys() & specs.keys():
        where = (*place, "otherwise", column)
        if column not in codes:
            yield where, f"{column} has no codes; a value that is the same in every row belongs under fixed"
        else:
            yield from _fault_of_value(where, entry["otherwise"][column], specs[column])


def _fault_of_value(place: Place, value: str | None, spec: ColumnSpec) -> Iterator[Fault]:
    """Yield what is wrong with a value of ours; a blank is always one."""
    if value is None or not value.strip():
        return
    if spec.code_list is not None:
        if not spec.code_list.is_open and spec.code_list.find(value) is None:
            meant = nearest(value, spec.code_list.codes)
            yield (
                place,
                f"this is no code of {spec.name}" + (_meant(meant) or _one_of(spec.code_list.codes)),
            )
    elif spec.is_number:
        if not _NUMBER.fullmatch(value.strip()):
            yield place, f"{spec.name} holds numbers, and this is none"
    elif spec.is_date:
        try:
            if date.fromisoformat(value.strip()).isoformat() != value.strip():
                raise ValueError
        except ValueError:
            yield place, f"{spec.name} holds days, so the value must be one, written yyyy-mm-dd"


def _table_mapping(entry: dict[str, Any], dataset: str) -> TableMapping:
    specs = column_specs(dataset, entry["table"])
    only_rows = {
        heading: frozenset(normal(value or "") for value in (wanted if isinstance(wanted, list) else [wanted]))
        for heading, wanted in entry.get("only_rows", {}).items()
    }
    return TableMapping(
        dataset=dataset,
        table=entry["table"],
        columns=entry["columns"],
        file=entry.get("file"),
        sheet=entry.get("sheet"),
        codes={
            column: {normal(theirs): _our_value(ours, specs[column]) for theirs, ours in codes.items()}
            for column, codes in entry.get("codes", {}).items()
        },
        otherwise={column: _our_value(value, specs[column]) for column, value in entry.get("otherwise", {}).items()},
        fixed={column: _our_value(value, specs[column]) for column, value in entry.get("fixed", {}).items()},
        only_rows=only_rows,
        date_order=entry.get("date_order"),
        date_order_by_column=entry.get("date_order_by_column", {}),
    )


def _our_value(value: str | None, spec: ColumnSpec) -> str | None:
    if value is None or not value.strip():
        return None
    return (spec.code_list.find(value) if spec.code_list else None) or value.strip()


def _located(where: str, document: Document, place: Place, said: str) -> str:
    return sentence(where, document.line(place), said)


def _name_of(place: Place) -> str:
    """Return what to call a place: its keys as far as they are ours."""
    if not place:
        return "the file"
    if len(place) == 2:
        return f"entry {int(place[1]) + 1} of tables"
    if len(place) < 4:
        return str(place[-1])
    part, key = place[2:4]
    return f"{part} {key}" if key in _our_columns() else f"an entry of {part}"


def _meant(name: str | None) -> str:
    return f"; did you mean {name}?" if name else ""


def _one_of(names: Iterable[str]) -> str:
    return f"; there are {', '.join(names)}"
