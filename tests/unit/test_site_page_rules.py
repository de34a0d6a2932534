"""The pages of the site select: a figure is worked out in the marts or not at all. What a page refers to is there."""

import csv
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SITE = REPOSITORY / "site"
SEEDS = REPOSITORY / "seeds"

INTERNAL = SITE / "internal"
"""What only the internal site has, and lies over the public one's files."""

FOLDERS = (SITE, INTERNAL)
PAGES = sorted(page for folder in FOLDERS for page in [*folder.glob("pages/**/*.md"), *folder.glob("partials/*.md")])
SOURCES = sorted(source for folder in FOLDERS for source in folder.glob("sources/**/*.sql"))
SCRIPTS = sorted(
    script
    for folder in FOLDERS
    for pattern in ("pages/**/*.svelte", "components/*.svelte", "components/*.js")
    for script in folder.glob(pattern)
)

NO_FIGURES = {"publication.sql": {"min", "max", "bool_or"}}
"""Sources that may sum up, and how: the first and the last year, and a name, are no figures."""

FUNCTIONS = (
    {"cast", "coalesce", "extract"}
    | {"in", "values", "on", "and", "or", "join", "from", "select", "as", "when", "where"}
    | {"h"}
)
"""What may stand before a bracket in the SQL of the site; every other function is refused."""

FIGURES = r"\w*\.(?:value|numerator|denominator|comparator_value|previous_value|difference|change|records)\b"
"""How the scripts of the pages name a number of the marts."""


def sql_of(page: str) -> list[str]:
    """Return the queries of a page."""
    return re.findall(r"^```sql \w+\n(.*?)^```", page, re.DOTALL | re.MULTILINE)


def bare(sql: str) -> str:
    """Return SQL without comments, texts and what Evidence puts in."""
    return re.sub(r"--[^\n]*|'(?:[^']|'')*'|\$\{[^}]*\}", " input ", sql)


def worked_out(sql: str, allowed: frozenset[str] | set[str] = frozenset()) -> list[str]:
    """Return what a query does beside selecting, joining, filtering and sorting."""
    text = bare(sql).lower()
    found = re.findall(r"\|\||[+*/%^]|(?<!-)-(?!-)", text)
    found += [name for name in re.findall(r"\b([a-z_]\w*)\s*\(", text) if name not in FUNCTIONS | allowed]
    return found + re.findall(r"\bgroup\s+by\b|\bhaving\b|\bover\b|\bfilter\s*\(|\bpivot\b", text)


def worked_out_by_script(script: str) -> list[str]:
    """Return where a page's script calculates with a figure or rounds one."""
    text = re.sub(r"//[^\n]*|/\*.*?\*/", " ", script, flags=re.DOTALL)
    arithmetic = rf"{FIGURES}\s*(?:[-+*/%]|\*\*)\s*[\w(]|[\w)]\s*(?:[+*/%]|\s-)\s*{FIGURES}"
    rounding = r"Math\.(?:round|floor|ceil|trunc)|\.toFixed\(|\.toPrecision\(|toLocaleString\(|NumberFormat"
    return re.findall(arithmetic, text) + re.findall(rounding, text)


def name(path: Path) -> str:
    return path.relative_to(SITE).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_only_selects(page):
    text = page.read_text(encoding="utf-8")
    assert {query: worked_out(query) for query in sql_of(text) if worked_out(query)} == {}
    assert worked_out_by_script(text) == []


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_a_source_only_selects(source):
    assert worked_out(source.read_text(encoding="utf-8"), NO_FIGURES.get(source.name, set())) == []


@pytest.mark.parametrize("script", [path for path in SCRIPTS if path.name != "geometry.js"], ids=name)
def test_a_component_only_shows(script):
    """Where things stand in a chart is worked out in geometry.js alone, which writes no text."""
    assert worked_out_by_script(script.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "planted",
    [
        "select sum(v.value) from care.metric_values v",
        "select 100.0 * v.numerator / v.denominator as value from care.metric_values v",
        "select v.value - c.comparator_value as difference from care.metric_values v",
        "select round(v.value) as value from care.metric_values v",
        "select v.metric_id, count(*) from care.metric_values v group by v.metric_id",
        "select v.value || '%' as shown from care.metric_values v",
        "select rank() over (order by v.value) from care.metric_values v",
    ],
)
def test_a_planted_calculation_is_found(planted):
    page = f"---\ntitle: x\n---\n\n```sql planted\n{planted}\n```\n"
    assert [worked_out(query) for query in sql_of(page)] not in ([], [[]])


@pytest.mark.parametrize(
    "planted",
    ["{row.value * 100}", "{row.value.toFixed(1)}", "{a.numerator / a.denominator}", "{Math.round(x)}"],
)
def test_a_planted_calculation_in_a_script_is_found(planted):
    assert worked_out_by_script(planted)


def test_texts_and_comments_are_no_calculations():
    sql = "select v.value -- as 2 * 2\nfrom care.metric_values v where v.name = 'a - b' and v.x = ${y.z}"
    assert worked_out(sql) == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_reads_sources_that_exist(page):
    tables = set(re.findall(r"\bcare\.(\w+)", page.read_text(encoding="utf-8")))
    assert tables <= {source.stem for source in SOURCES if is_seen_from(page, source)}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_page_imports_and_includes_what_exists(page):
    text = page.read_text(encoding="utf-8")
    for imported in re.findall(r"\$lib/([\w.]+)", text):
        assert any((folder / "components" / imported).exists() for folder in FOLDERS if is_seen_from(page, folder))
    for partial in re.findall(r'\{@partial "([\w.]+)"\}', text):
        assert (SITE / "partials" / partial).exists()


@pytest.mark.parametrize("path", [path for path in PAGES if path.parent.name != "partials"], ids=name)
def test_a_page_has_one_name(path):
    text = path.read_text(encoding="utf-8")
    head = text.split("---")[1]
    named = bool(re.search(r"^title: ", head, re.MULTILINE)) + len(re.findall(r"<h1>|^# ", text, re.MULTILINE))
    assert named == 1


@pytest.mark.parametrize("path", [*PAGES, *SCRIPTS], ids=name)
def test_a_link_leads_to_a_page(path):
    there = {"/" if page == "index" else f"/{page}/" for page in _addresses()}
    there |= {"/data-dictionary.html", "/numbered-definitions.html"}
    text = path.read_text(encoding="utf-8")
    if not is_seen_from(path, INTERNAL):
        there -= {f"/{page}/" for page in _addresses(INTERNAL)}
        text = re.sub(
            r"\{#if INTERNAL\}.*?\{:else\}", "", text, flags=re.DOTALL
        )  # no reader of the public site sees it
    for link in re.findall(r"""(?:href="|\]\(|, '|at\(')(/[\w/.-]*)""", text):
        assert link in there


def test_the_internal_site_lies_over_one_file_and_has_no_page_twice():
    """Traps a page that is kept twice: a figure put right in one would stay wrong in the other."""
    both = {
        path.relative_to(INTERNAL).as_posix()
        for path in INTERNAL.rglob("*")
        if path.is_file() and (SITE / path.relative_to(INTERNAL)).exists()
    }
    assert both == {"components/variant.js"}
    exported = [
        set(re.findall(r"export const (\w+)", (folder / "components" / "variant.js").read_text())) for folder in FOLDERS
    ]
    assert exported[0] == exported[1] == {"INTERNAL", "OWN"}


def test_the_internal_site_lists_each_of_its_pages():
    listed = re.findall(r"'/([\w-]+)/'", (INTERNAL / "components" / "variant.js").read_text(encoding="utf-8"))
    assert set(listed) == _addresses(INTERNAL)


def test_a_link_that_a_script_works_out_knows_below_which_path_the_site_stands():
    for script in [path for path in SCRIPTS if path.suffix == ".svelte"]:
        for link in re.findall(r"href=(\{[^}]*\}?|\"/[^\"]*\")", script.read_text(encoding="utf-8")):
            # The first page of several authorities stands outside each one's path, which the build writes whole.
            assert link.startswith(("{at(", "{addBasePath(", "{link(")) or link == "{side.all}", script.name


def test_every_section_of_the_catalogue_has_its_page():
    words = (SITE / "components" / "words.js").read_text(encoding="utf-8")
    pages = "".join(path.read_text(encoding="utf-8") for path in PAGES)
    with (SEEDS / "metrics" / "metric_definitions.csv").open(encoding="utf-8", newline="") as file:
        sections = {row["section"] for row in csv.DictReader(file)}
    for section in sections:
        assert re.search(rf"\b{section}: '/", words), f"no page is named for {section}"
        assert f'section="{section}"' in pages, f"no page shows {section}"


def test_what_the_publication_leaves_out_is_not_called_undelivered():
    words = (SITE / "components" / "words.js").read_text(encoding="utf-8")
    said = set(re.findall(r"'(\w+)'", re.search(r"WITHHELD = \[(.*?)\]", words)[1]))
    with (SEEDS / "suppression" / "suppression_breakdowns.csv").open(encoding="utf-8", newline="") as file:
        left_out = {
            row["metric_id"]
            for row in csv.DictReader(file)
            if row["treatment"] == "left_out" and row["breakdown"] == "all"
        }
    assert said == left_out


def is_seen_from(page: Path, other: Path) -> bool:
    """Say whether a page may use a file: one of the public site none that only the internal one has."""
    return page.is_relative_to(INTERNAL) or not other.is_relative_to(INTERNAL)


def _addresses(*folders: Path) -> set[str]:
    pages = (
        path.relative_to(folder / "pages").with_suffix("").as_posix()
        for folder in folders or FOLDERS
        for path in (folder / "pages").glob("**/*.md")
    )
    return {page.removesuffix("/index") for page in pages}
