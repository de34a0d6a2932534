"""Every number by which a rule is cited leads to docs/definitions.md, and every binding rule there to a model."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "definitions.md"

NUMBER = r"\d{1,2}(?:\.\d{1,2})?"
# Within a sentence that may go on in the next line of a comment.
GAP = r"\s+(?:(?:--|#|\*)\s*)?"
LIST = rf"{NUMBER}(?:(?:,{GAP}|{GAP}(?:to|and){GAP}){NUMBER}(?![\w%]))*"
CITATION = re.compile(rf"\b[Dd]efinitions{GAP}({LIST})")
HEADING = re.compile(r"(?m)^#+ <a id=.*$")
META = re.compile(r"'definition': '[^']*'")

CITING = {
    "models": ("*.sql", "*.yml", "*.md", "*.py"),
    "macros": ("*.sql", "*.yml"),
    "seeds": ("*.yml",),
    "orchestration": ("*.py", "*.md"),
    "scripts": ("*.py",),
    "tests": ("*.py", "*.sql", "*.yml", "*.md"),
    "docs": ("*.md",),
}

OTHER_FORMS = re.compile(
    r"\btraps? \d|\bcontracts? \d|\bdefinition \d|definitions,? sections? \d|\bsection (?:\d|1[0-2])\b",
    re.IGNORECASE,
)

FIGURES = ("12.25 has one decimal, 12.3", "12.5 is null", "12.5 rounded to 13")
"""What looks like a number of a rule and is an example of a figure."""


def anchors() -> list[str]:
    return [found.replace("-", ".") for found in re.findall(r'<a id="d([\d-]+)"></a>', PAGE.read_text())]


def numbers(cited: str, *, between: bool = True) -> list[str]:
    """The numbers that a list names, with those of its ranges in between, or the ones that stand there alone."""
    named: list[str] = []
    for part in re.split(rf",{GAP}|{GAP}and{GAP}", cited):
        first, *last = re.split(rf"{GAP}to{GAP}", part)
        if not last:
            named.append(first)
        elif between:
            section, start = first.split(".")
            named += [f"{section}.{rule}" for rule in range(int(start), int(last[0].split(".")[1]) + 1)]
    return named


def texts(*folders: str) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for pattern in CITING[folder]:
            for file in sorted((ROOT / folder).rglob(pattern)):
                if file != Path(__file__):
                    yield file.relative_to(ROOT).as_posix(), file.read_text()


def definitions_of(models: list[dict[str, Any]]) -> dict[str, str]:
    return {
        model["name"]: model["config"]["meta"]["definition"]
        for model in models
        if "definition" in model["config"]["meta"]
    }


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("(definitions 11.6)", ["11.6"]),
        ("Definitions 1, 11.2 and 12.4 to 12.6, worked", ["1", "11.2", "12.4", "12.5", "12.6"]),
        ("-- as definitions\n-- 12.8,\n-- 12.9 say", ["12.8", "12.9"]),
        ("the definitions of 11.6", []),
    ],
)
def test_a_citation_is_read_across_lines_and_ranges(text: str, cited: list[str]) -> None:
    assert [number for found in CITATION.findall(text) for number in numbers(found)] == cited


def test_every_number_has_one_anchor() -> None:
    found = anchors()
    assert len(found) == len(set(found))
    assert {number for number in found if number.startswith("11.")} == {f"11.{rule}" for rule in range(1, 22)}
    assert {number for number in found if number.startswith("12.")} == {f"12.{rule}" for rule in range(1, 18)}


def test_every_heading_bears_the_number_of_its_anchor() -> None:
    headings = re.findall(r'^#+ <a id="d([\d-]+)"></a>([\d.]+) ', PAGE.read_text(), flags=re.MULTILINE)
    assert [anchor.replace("-", ".") for anchor, _ in headings] == [number for _, number in headings] == anchors()


def test_every_link_to_a_number_arrives() -> None:
    known = {f"d{number.replace('.', '-')}" for number in anchors()}
    assert set(re.findall(r"(?<=\(#)d[\d-]+", PAGE.read_text())) == known
    links = {(name, link) for name, text in texts("docs") for link in re.findall(r"(?<=definitions\.md#)[\w-]+", text)}
    assert sorted((name, link) for name, link in links if link not in known) == []


def test_every_citation_has_an_anchor(models: list[dict[str, Any]]) -> None:
    """Traps a number that was misspelt, and one of a document that readers do not have."""
    cited = [
        (name, number) for name, text in texts(*CITING) for found in CITATION.findall(text) for number in numbers(found)
    ]
    assert len(cited) > 100
    for name, definition in definitions_of(models).items():
        assert re.fullmatch(LIST, definition), f"{name}: {definition}"
        cited += [(name, number) for number in numbers(definition)]
    known = set(anchors())
    assert sorted({(name, number) for name, number in cited if number not in known}) == []


def test_there_is_one_form_of_citation() -> None:
    """Traps '(11.6)', of which nobody knows what it numbers, and the numbers of documents outside the repository."""
    bare = re.compile(rf"(?<=[\s(])({'|'.join(re.escape(n) for n in anchors() if '.' in n)})(?=[.,;:)]?(?:\s|$)|\))")
    others = []
    for name, text in texts(*CITING):
        others += [(name, found.group()) for found in OTHER_FORMS.finditer(text)]
        if name.startswith(("models/", "macros/", "tests/recompute/", "tests/dbt/")) or name == "docs/definitions.md":
            prose = META.sub("", HEADING.sub("", CITATION.sub("", text)))
            for figure in FIGURES:
                prose = prose.replace(figure, "")
            others += [(name, found) for found in bare.findall(prose)]
    assert others == []


def test_every_binding_rule_is_cited_where_it_is_decided(models: list[dict[str, Any]]) -> None:
    """Traps a rule that nobody made. The models that a range merely passes over do not say that they make it."""
    said = {number for cited in definitions_of(models).values() for number in numbers(cited, between=False)}
    for name, text in texts("models", "macros"):
        if not name.endswith("unit_tests.yml"):
            said |= {number for found in CITATION.findall(text) for number in numbers(found, between=False)}
    assert [number for number in anchors() if re.match(r"1[12]\.", number) and number not in said] == []
