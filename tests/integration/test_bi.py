"""What docs/bi.md and docs/core-model.md promise readers of the published tables, on the demo authority."""

import json
import re
from pathlib import Path

import duckdb
import pytest

from orchestration.documentation.power_bi.model import SORTED_BY, model_tables
from orchestration.documentation.power_bi.model import relationships as model_relationships
from orchestration.documentation.power_bi.queries import FIGURES
from orchestration.documentation.published_tables import KEYS, relationships, tables
from orchestration.publish.publication import DATABASE, INTERNAL, PUBLIC, Variant
from orchestration.settings import REPOSITORY, Settings
from orchestration.transform.manifest import prepare_manifest

pytestmark = pytest.mark.slow

PAGE = (REPOSITORY / "docs" / "bi.md").read_text(encoding="utf-8")
WITHOUT_A_LIST = "('all', 'iro', 'event', 'late_reason', 'audience', 'audit_grade')"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


def drill_down() -> list[tuple[str, str, str, str]]:
    """Return the page's table: metric, table, what is counted, out of what."""
    table = PAGE.split("<!-- drill-down -->")[1].split("<!-- end of drill-down -->")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines()[2:]]
    return [(metric.strip("`"), mart.strip("`"), counted, out_of) for metric, mart, counted, out_of in rows]


def aggregate(words: str) -> str:
    """Return the SQL of a cell of that table."""
    if not words:
        return "cast(null as double)"
    if words == "every row":
        return "count(*)"
    kind, code, *condition = re.fullmatch(r"(?:(sum|median) of )?`([^`]+)`(?:, of `([^`]+)`)?", words).groups()
    if kind:
        return f"{kind}({code})" + (f" filter (where {condition[0]})" if condition[0] else "")
    return f"count(*) filter (where {code})"


@pytest.mark.parametrize("number", range(len(blocks("python"))))
def test_the_examples_in_python_run(
    demo: tuple[Settings, str], tmp_path: Path, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    code = blocks("python")[number]
    code = re.sub(r'Path\(r"C:\\ChildrenInCare\\data\\published"\)', repr(demo[0].published.as_posix()), code)
    code = re.sub(r'Path\(r"C:\\ChildrenInCare\\csv"\)', repr((tmp_path / "csv").as_posix()), code)
    code = re.sub(r"^(published|folder) = ('.*')$", r"\1 = Path(\2)", code, flags=re.MULTILINE)
    assert "C:\\" not in code
    exec(compile(code, f"docs/bi.md, example {number}", "exec"), {})  # noqa: S102 - the page's own code
    printed = capsys.readouterr().out
    written = list((tmp_path / "csv").glob("*.csv"))
    assert re.search(r"reviews_on_time|2025-03-31", printed) or len(written) > 40


def test_the_examples_in_sql_find_rows(published: duckdb.DuckDBPyConnection) -> None:
    found = {query: len(published.execute(query).fetchall()) for query in blocks("sql")}
    assert len(found) == 8
    # Nothing has been revised yet: tests/integration/test_final_return.py asks that one.
    assert ["metric_revisions" in query for query, rows in found.items() if rows == 0] == [True]


def test_the_children_of_any_day_are_those_of_the_cohorts(published: duckdb.DuckDBPyConnection) -> None:
    """The page's query, on the last day of every published year and month."""
    (query,) = [one.rstrip().rstrip(";") for one in blocks("sql") if "on_day" in one]
    ends = published.execute(
        "select distinct period_type, cast(period_end as varchar) from marts.children_looked_after_by_period"
    ).fetchall()
    assert len(ends) > 20
    for period_type, end in ends:
        cohort = f"""
            select cared.la_code, cared.child_key, cared.period_of_care_started_on, cared.legal_status_code,
                cared.placement_code, nullif(oversight.iro_key, 'Unknown')
            from marts.children_looked_after_by_period as cared
            left join marts.case_oversight_by_period as oversight
                using (la_code, period_type, period_end, child_key)
            where period_type = '{period_type}' and period_end = '{end}'
        """
        of_day = f"""from ({query.replace("date '2025-03-31'", f"date '{end}'")})"""
        if not published.execute(
            f"select 1 from marts.case_oversight_by_period where period_end = '{end}' limit 1"
        ).fetchall():
            of_day = f"select * replace (null as iro_key) from ({of_day})"  # before the first extract of the service
        differing = published.execute(f"({cohort} except all {of_day}) union all ({of_day} except all {cohort})")
        assert differing.fetchall() == [], (period_type, end)


def test_every_figure_drills_down_to_the_rows_that_the_page_names(published: duckdb.DuckDBPyConnection) -> None:
    """Headlines of all periods; of care leavers, who have none, by age group."""
    wrong = []
    for metric, mart, counted, out_of in drill_down():
        if mart.startswith("fct_"):
            continue
        category = "care_leaver_age" if mart == "care_leavers_by_period" else "'all'"
        rows = f"""
            select la_code, period_type, period_end, {category} as category, {aggregate(counted)} as counted,
                {aggregate(out_of)} as out_of
            from marts.{mart}
            {"where care_leaver_age is not null" if mart == "care_leavers_by_period" else ""}
            group by all
        """
        checked, *differing = published.execute(
            f"""
            select count(*),
                count(*) filter (
                    where abs(coalesce(figures.numerator, figures.value, 0) - coalesce(rows.counted, 0)) > 1e-6
                ),
                count(*) filter (where abs(coalesce(figures.denominator, 0) - coalesce(rows.out_of, 0)) > 1e-6)
            from marts.metric_values as figures
            left join ({rows}) as rows using (la_code, period_type, period_end, category)
            where figures.metric_id = ? and figures.breakdown = ?
            """,
            [metric, "all" if category == "'all'" else category],
        ).fetchone()
        if checked == 0 or any(differing):
            wrong.append((metric, checked, *differing))
    assert wrong == []


def test_figures_of_facts_drill_down_too(published: duckdb.DuckDBPyConnection) -> None:
    queries = {
        "long_term_matched": """
            select count(distinct child_key) from marts.fct_long_term_match as facts
            where facts.la_code = figures.la_code
                and long_term_matched_on between figures.period_start and figures.period_end""",
        "advocacy_discussed": """
            select count(*) filter (where is_advocacy_discussed) from marts.fct_pre_review_consultation as facts
            where facts.la_code = figures.la_code and consulted = 'CHILD'
                and consulted_on between figures.period_start and figures.period_end""",
    }
    assert set(queries) == {metric for metric, mart, *_ in drill_down() if mart.startswith("fct_")}
    for metric, query in queries.items():
        headlines = "marts.metric_values as figures where metric_id = ? and breakdown = 'all'"
        rows = published.execute(f"select numerator, ({query}) from {headlines}", [metric]).fetchall()
        assert rows and all(figure == counted for figure, counted in rows), metric


def test_every_metric_is_in_the_table_or_said_to_have_no_rows(published: duckdb.DuckDBPyConnection) -> None:
    named = {metric for metric, *_ in drill_down()}
    catalogue = {metric for (metric,) in published.execute("select metric_id from marts.metric_catalogue").fetchall()}
    without = {
        "workshop_attendance",
        "workshops_held",
        "participation_event_attendance",
        "participation_events_held",
        "case_tracking_audits",
    }
    derived = {metric for metric in catalogue if re.sub("_(share|rate)$", "", metric) in named - {metric}}
    assert named <= catalogue
    assert catalogue - named - derived == without


def test_every_key_finds_its_row(demo: tuple[Settings, str], published: duckdb.DuckDBPyConnection) -> None:
    published_tables = tables(json.loads(prepare_manifest(demo[0]).read_bytes()))
    exceptions = {
        "dim_iro": "iro_key not in ('Unknown', 'all')",
        "metric_categories": f"breakdown not in {WITHOUT_A_LIST}",
    }
    lost = []
    for found in relationships(published_tables):
        pairs = list(zip(found.columns, found.to_columns, strict=True))
        same = " and ".join(f"rows.{column} = keys.{key}" for column, key in pairs)
        known = [f"rows.{column} is not null" for column in found.columns]
        known += [f"rows.{exceptions[found.to_table]}"] if found.to_table in exceptions else []
        if found.to_table == "metric_categories" and found.table in ("published_values", "published_conflicts"):
            known += ["rows.metric_id is not null"]  # without a metric they have DfE's own labels
        ((orphans,),) = published.execute(
            f"""
            select count(*) from marts.{found.table} as rows
            where {" and ".join(known)} and not exists (select 1 from marts.{found.to_table} as keys where {same})
            """
        ).fetchall()
        if orphans:
            lost.append((found.table, found.columns, found.to_table, orphans))
    assert lost == []


def test_every_key_names_one_row(published: duckdb.DuckDBPyConnection) -> None:
    for table, key in KEYS.items():
        variant = ("variant",) * (table == "metric_categories")
        columns = ", ".join((*key, *variant))
        query = f"select {columns} from marts.{table} group by {columns} having count(*) > 1"
        assert published.execute(query).fetchall() == [], table


def test_every_table_and_column_says_in_the_file_what_it_is(demo: tuple[Settings, str]) -> None:
    for folder in (demo[0].published, demo[0].published_public):
        with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
            silent = connection.execute(
                """
                select table_name, null from duckdb_tables() where coalesce(comment, '') = ''
                union all
                select table_name, column_name from duckdb_columns() where not internal and coalesce(comment, '') = ''
                """
            ).fetchall()
        assert silent == []


LINKS = {
    "link_period": "la_code || '|' || {period_type} || '|' || cast(period_end as varchar)",
    "link_category": "breakdown || '|' || category",
    "link_headline": "metric_id || '|' || breakdown || '|' || category",
}
"""What the queries of the Power BI model make the links of; tests/graph/test_power_bi.py looks at the queries."""


def linked(table: str, column: str) -> str:
    """Return the SQL of a column of the Power BI model. It takes "Other" and "other" for the same, and so does this."""
    period_type = "'financial_year'" if table == "metric_months" else "period_type"
    return f"lower(cast({LINKS.get(column, column).format(period_type=period_type)} as varchar))"


def test_every_row_of_the_power_bi_model_finds_one_row_of_each_dimension(
    demo: tuple[Settings, str], published: duckdb.DuckDBPyConnection
) -> None:
    manifest = json.loads(prepare_manifest(demo[0]).read_bytes())
    found = model_relationships(model_tables(manifest, INTERNAL, with_rows=True))
    assert len(found) > 40
    wrong = []
    for one in found:
        if one.to_table == "dim_category":
            continue  # made of the categories that the figures have
        key, rows = linked(one.to_table, one.to_column), linked(one.table, one.column)
        twice = f"select 1 from marts.{one.to_table} group by {key} having count(*) > 1"
        lost = f"select 1 from marts.{one.table} where {rows} not in (select {key} from marts.{one.to_table}) limit 1"
        # Most figures are no headline.
        if published.execute(twice).fetchall() or (
            one.to_table != "metric_headlines" and published.execute(lost).fetchall()
        ):
            wrong.append(one)
    assert wrong == []


def test_the_power_bi_model_can_sort_its_labels(published: duckdb.DuckDBPyConnection) -> None:
    """One label, one place; that of a period is made by the query, from its last day."""
    for (table, label), place in SORTED_BY.items():
        if table in ("dim_category", "dim_period"):
            continue
        mixed = f"select 1 from marts.{table} group by lower({label}) having count(distinct {place}) > 1"
        assert published.execute(mixed).fetchall() == [], (table, label)


def test_a_measure_finds_one_row_where_the_page_has_picked_one(published: duckdb.DuckDBPyConnection) -> None:
    """What the slicers leave: one authority, period, metric and category; and of comparators and series one each."""
    picked = {
        "metric_values": "link_period, link_headline",
        "metric_changes": "link_period, link_headline",
        "metric_comparison": "link_period, link_headline, comparator",
        "metric_trends": "la_code, link_headline, series_name, collection_year",
        "metric_months": "link_period, metric_id, month_ends_on",
    }
    assert set(picked) == set(FIGURES)
    for table, columns in picked.items():
        by = ", ".join(linked(table, column) for column in columns.split(", "))
        (rows, most), *_ = published.execute(
            f"select sum(rows), max(rows) from (select count(*) as rows from marts.{table} group by {by})"
        ).fetchall()
        assert rows and most == 1, table


def test_the_first_page_has_a_figure_for_each_headline(published: duckdb.DuckDBPyConnection) -> None:
    """As it opens: the latest financial year, each headline beside last year."""
    without = published.execute(
        """
        select name
        from marts.metric_headlines
        anti join (
            from marts.metric_changes
            where period_type = 'financial_year'
                and period_end = (select max(period_end) from marts.dim_period where period_type = 'financial_year')
                and display_value is not null
        ) using (metric_id, breakdown, category)
        """
    ).fetchall()
    assert without == []


@pytest.mark.parametrize("variant", [INTERNAL, PUBLIC])
def test_the_files_have_what_the_power_bi_model_loads(demo: tuple[Settings, str], variant: Variant) -> None:
    settings = demo[0]
    manifest = json.loads(prepare_manifest(settings).read_bytes())
    folder = settings.published_public if variant.is_public else settings.published
    for table in model_tables(manifest, variant, with_rows=not variant.is_public):
        path = (folder / "parquet" / f"{table.name}.parquet").as_posix()
        columns = duckdb.execute(f"select column_name, column_type from (describe from '{path}')").fetchall()
        assert {name: kind.lower() for name, kind in columns} == {
            column.name: column.data_type for column in table.columns
        }, table.name


def test_the_order_of_categories_is_one_that_power_bi_can_sort_by(published: duckdb.DuckDBPyConnection) -> None:
    """The query gives each label one place over all lists; the page names the one pair of lists that this mixes."""
    mixed = published.execute(
        """
        with places as (select category, max(sort_order) as place from marts.metric_categories group by category)
        select distinct breakdown
        from (
            select breakdown, sort_order, place,
                max(place) over (
                    partition by breakdown, variant order by sort_order
                    rows between unbounded preceding and 1 preceding
                ) as place_before
            from marts.metric_categories inner join places using (category)
        )
        where place <= place_before
        order by breakdown
        """
    ).fetchall()
    assert mixed == [("exit_group",), ("exit_reason",)]
