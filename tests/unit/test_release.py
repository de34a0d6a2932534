"""What was given out is kept as it was given out, with a report on what is hidden that tells no hidden number."""

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import cli, ledger
from orchestration.errors import UserError
from orchestration.publish import whole
from orchestration.publish.publication import DATABASE, INTERNAL, PUBLIC, Variant
from orchestration.publish.release import release
from orchestration.settings import Settings
from tests.small_runs import publish, write_public_tables, write_warehouse

FIGURES = [
    # metric, breakdown, category, numerator, denominator, hidden
    ("looked_after", "all", "all", 1438, None, False),
    ("looked_after", "sex", "Male", 1431, None, True),
    ("looked_after", "sex", "Female", 4, None, True),
    ("looked_after", "sex", "Unknown", 3, None, True),
    ("on_time", "all", "all", 1436, 1438, True),
    ("stable", "all", "all", 1234, 1438, True),
]


def write_publication(folder: Path, variant: Variant) -> None:
    """Write the tables that a release is made from, as a publication has them."""
    is_public = variant.is_public
    (folder / "parquet").mkdir(parents=True)
    with duckdb.connect(str(folder / DATABASE)) as db:
        db.execute("create schema marts")
        db.execute("create table marts.dim_authority as select '812' as la_code, 'North East Lincolnshire' as la_name")
        db.execute(
            """create table marts.metric_catalogue as select * from (values ('looked_after', 'Looked after', 'count'),
            ('on_time', 'On time', 'percent'), ('stable', 'Stable', 'percent')) as t (metric_id, name, unit)"""
        )
        db.execute(
            """create table marts.metric_values (la_code varchar, period_type varchar, period_end date,
            metric_id varchar, breakdown varchar, category varchar, numerator double, denominator double,
            is_suppressed boolean)"""
        )
        for metric, breakdown, category, numerator, denominator, hidden in FIGURES:
            counts = (None, None) if is_public and hidden else (numerator, denominator)
            db.execute(
                "insert into marts.metric_values values ('812', 'financial_year', '2025-03-31', ?, ?, ?, ?, ?, ?)",
                [metric, breakdown, category, *counts, hidden],
            )
        db.execute(
            """create table marts.metric_months as select '812' as la_code, date '2025-03-31' as period_end,
            'looked_after' as metric_id, date '2025-01-31' as month_ends_on, 2.0 as numerator,
            null::double as denominator, true as is_suppressed"""
        )
        db.execute("create table marts.metric_changes as select * from marts.metric_values where metric_id = 'on_time'")
        for table in ("metric_values", "metric_months"):
            db.execute(f"copy marts.{table} to '{(folder / 'parquet' / table).as_posix()}.parquet'")


def publish_figures(settings: Settings) -> str:
    """Publish a run of those tables and return its id."""
    aside = whole.begin(settings)
    for variant in (INTERNAL, PUBLIC):
        with aside.writing(variant.part) as folder:
            write_publication(folder, variant)
            tables: dict[str, Any] = {table: {} for table in ("metric_values", "metric_months")}
            manifest = {"run_id": aside.run_id, "as_known_at": None, "deliveries": [], "tables": tables}
            (folder / "manifest.json").write_text(json.dumps(manifest))
        with aside.writing(f"{variant.part}/reports") as folder:
            (folder / "iro_annual_report_2025.html").write_text("c")
    with aside.writing(whole.RESTRICTED) as folder:
        (folder / "manifest.json").write_text("{}")
    return whole.swap_in(settings, with_reports=True).run_id


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def shown(page: Path) -> str:
    """Return the words of a page's tables."""
    text = page.read_text(encoding="utf-8")
    return " ".join(re.sub(r"<[^>]+>", " ", text[text.index('<h2 id="headlines">') :]).split())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, keep_publications=1)


def test_a_release_is_the_public_publication_whole_and_outlives_later_builds(settings: Settings) -> None:
    run = publish_figures(settings)
    public = content(settings.published_public)
    kept = release(settings, "Panel of  May")
    assert (kept.run_id, kept.is_new, kept.folder) == (run, True, settings.released / run)
    before = content(kept.folder)
    note = json.loads(before["release.json"])
    assert before == {**public, "release.json": before["release.json"]}
    assert (note["run_id"], note["because"], note["released_by"]) == (run, "Panel of May", ledger.account())
    assert {"parquet/metric_values.parquet", "parquet/metric_months.parquet", "manifest.json"} <= before.keys()
    for path in [kept.report, settings.released, *settings.released.rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path
    for _ in range(2):
        publish_figures(settings)
    assert not (settings.publications_public / run).exists()
    assert content(kept.folder) == before
    assert release(settings).run_id != run


def test_releasing_a_run_twice_changes_nothing_and_says_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLA_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CLA_AS_KNOWN_AT", "")
    run = publish_figures(settings)
    assert cli.run(["release", "--because", "Panel of May"]) == 0
    said = capsys.readouterr().out
    assert str(settings.released / run) in said and "suppression_report.html" in said
    before = content(settings.released)
    assert cli.run(["release", "--because", "Something else"]) == 0
    assert "nothing was changed" in capsys.readouterr().out
    assert content(settings.released) == before
    assert [(entry.action, entry.facts) for entry in ledger.entries(settings)] == [
        ("released", {"run": run, "because": "Panel of May"})
    ]


def test_a_release_that_was_killed_before_it_was_recorded_is_recorded_by_the_next_call(settings: Settings) -> None:
    run = publish_figures(settings)
    release(settings, "Panel of May")
    settings.ledger.unlink()
    assert not release(settings).is_new
    assert [entry.facts for entry in ledger.entries(settings)] == [{"run": run, "because": "Panel of May"}]


def test_nothing_is_released_where_nothing_is_public_or_only_what_was_known_once(settings: Settings) -> None:
    write_warehouse(settings)
    publish(settings)
    with pytest.raises(UserError, match="no publication for the public to release"):
        release(settings)
    then = Settings(settings.data_dir, as_known_at="2025-05-31")
    write_warehouse(then)
    write_public_tables(then)
    with pytest.raises(UserError, match="known at a date"):
        release(then)
    assert not settings.released.exists()
    assert list(ledger.entries(settings)) == []


def test_a_release_that_breaks_off_leaves_nothing_that_counts(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_figures(settings)
    with monkeypatch.context() as broken:
        broken.setattr("orchestration.publish.release.write_suppression_report", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            release(settings)
    assert [path for path in settings.released.iterdir() if not path.name.startswith(".")] == []
    assert list(ledger.entries(settings)) == []
    whole.sweep(settings)
    assert list(settings.released.iterdir()) == []
    assert release(settings).is_new


def test_the_report_says_how_much_is_hidden_and_why_and_no_hidden_number(settings: Settings) -> None:
    publish_figures(settings)
    kept = release(settings, "Panel of May")
    said = shown(kept.report)
    assert "North East Lincolnshire 2025 On time small itself" in said, "only two were not on time"
    assert "North East Lincolnshire 2025 Stable protects another" in said
    assert "Looked after" not in said, "that headline is shown"
    # Shown, hidden, small itself, protects another, belongs to a hidden figure.
    assert "2025 metric_values 1 5 3 2 0" in said
    assert "2025 metric_months 0 1 1 0 0" in said
    assert "2025 metric_changes 0 1 0 0 1" in said
    for _, _, _, numerator, _, hidden in FIGURES:
        assert not hidden or numerator < 6 or str(numerator) not in kept.report.read_text(encoding="utf-8")
    assert "INTERNAL" in kept.report.read_text(encoding="utf-8")
    assert not list(kept.folder.rglob("*suppression_report*"))


def test_reasons_are_left_out_where_the_tables_for_the_staff_are_gone(settings: Settings) -> None:
    """The public part may be of a run so old that its other parts are deleted."""
    run = publish_figures(settings)
    write_warehouse(settings)
    for _ in range(2):
        publish(settings)
    assert not (settings.publications / run).exists()
    kept = release(settings)
    assert kept.run_id == run
    said = kept.report.read_text(encoding="utf-8")
    assert "reasons are not known any more" in said
    assert "2025 metric_values 1 5 " in shown(kept.report)
