"""YAML in which everything is text, read without ever building what a hostile or careless file asks for.

`delivery.yaml`, `mapping.yaml` and `release.yaml` are written by people, so the usual reading would harm them: `Yes`
would become true, `01` one, `2.10` 2.1 and `2024-04-01` a date. Here every value stays the text that stands in the
file. Anchors, aliases and tags, which are what YAML bombs are made of, nesting beyond a few levels, keys given twice
and characters that are no text are faults, each in a sentence.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

SIZE_LIMIT = 65_536
_DEPTH_LIMIT = 8
_LINE_LIMIT = 2_000
"""Characters in a line. The parser's work grows with the square of what it must look ahead over."""

# libyaml is ten times as fast; every wheel of PyYAML has it, and a build from source may not.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path = tuple[str | int, ...]
"""The keys and positions that lead to a place in the document."""


class NotPlainError(Exception):
    """The document is no plain YAML; the message is a sentence without the name of the file, the line the place."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line

    def sentence(self, where: str) -> str:
        """Return the whole sentence; `where` is what the file is called."""
        return sentence(where, self.line, self.message)


@dataclass
class Document:
    """What a YAML file holds: dictionaries, lists and texts, and the line on which each begins."""

    content: Any = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int | None:
        """Return the line of a place, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


@dataclass
class _Open:
    """A dictionary or list that is still being read."""

    path: Path
    value: dict[str, Any] | list[Any]
    key: str | None = None
    """The key whose value comes next."""


def read_plain_yaml(data: bytes) -> Document:
    """Read a YAML file as text, or raise `NotPlainError`."""
    if len(data) > SIZE_LIMIT:
        raise NotPlainError(f"is longer than {SIZE_LIMIT:,} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotPlainError("is no text in UTF-8; save it as UTF-8") from None
    for number, line in enumerate(text.splitlines(), start=1):
        if len(line) > _LINE_LIMIT:
            raise NotPlainError(f"is longer than {_LINE_LIMIT:,} characters", number)
    try:
        return _build(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # What the parser says is for programmers; the place is what helps.
        said = "is not valid YAML: look for a missing quotation mark, colon or blank, or a tab"
        raise NotPlainError(said, mark.line + 1 if mark else None) from None
    except yaml.reader.ReaderError:
        raise NotPlainError("holds a character that no text has, such as a control character") from None
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
        raise NotPlainError("is not valid YAML") from None


def as_flag(value: object) -> bool | None:
    """Return the yes or no that a text says as YAML's own words do, None for anything else."""
    said = value.strip().lower() if isinstance(value, str) else ""
    return {"true": True, "yes": True, "false": False, "no": False}.get(said)


def is_text(value: str) -> bool:
    """Say whether a text can be stored and shown: no control characters, and no half of a pair that stands alone."""
    return not any(ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 or 0xD800 <= ord(letter) < 0xE000 for letter in value)


def _build(events: Iterator[Any]) -> Document:
    document = Document()
    stack: list[_Open] = []
    documents = 0
    for event in events:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise NotPlainError(
                "has an anchor (&) or an alias (*); write what is meant, or put the text in quotes", line
            )
        if getattr(event, "tag", None) is not None:
            raise NotPlainError("has a tag (!); put the text in quotes if it is meant as text", line)
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise NotPlainError("begins a second document (---); a file is one", line)
        elif isinstance(event, yaml.ScalarEvent):
            if not is_text(event.value):
                raise NotPlainError("holds a character that no text has, such as a line break in quotes", line)
            if stack and isinstance(stack[-1].value, dict) and stack[-1].key is None:
                if event.value in stack[-1].value:
                    raise NotPlainError("gives a key a second time that stands above already", line)
                stack[-1].key = event.value
                # The value will stand there; until then the key is known, so that a third one is found out as well.
                document.lines[(*stack[-1].path, event.value)] = line
            else:
                # Nothing behind a colon is nothing; a blank that is meant stands in quotes.
                value = None if event.value == "" and event.style in (None, "") else event.value
                _place(document, stack, value, line)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if stack and isinstance(stack[-1].value, dict) and stack[-1].key is None:
                raise NotPlainError("has a key that is no text", line)
            if len(stack) >= _DEPTH_LIMIT:
                raise NotPlainError("is nested too deeply", line)
            opened: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
            stack.append(_Open(_place(document, stack, opened, line), opened))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            stack.pop()
    return document


def _place(document: Document, stack: list[_Open], value: Any, line: int) -> Path:
    """Put a value where it belongs, and return the way to it."""
    if not stack:
        document.content = value
        return ()
    parent = stack[-1]
    if isinstance(parent.value, list):
        path: Path = (*parent.path, len(parent.value))
        parent.value.append(value)
        document.lines[path] = line
        return path
    assert parent.key is not None
    path = (*parent.path, parent.key)
    parent.value[parent.key] = value
    parent.key = None
    return path


def sentence(where: str, line: int | None, said: str) -> str:
    """Return what is wrong at a line of a file as a sentence."""
    place = where if line is None else f"{where}, line {line}"
    # What begins with a verb is the end of a sentence about the place, anything else a sentence of its own.
    goes_on = said.startswith(("is ", "has ", "holds ", "gives ", "begins "))
    joint = (" " if line is None else ", ") if goes_on else ": "
    return f"{place}{joint}{said}{'' if said.endswith('?') else '.'}"
