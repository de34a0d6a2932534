"""A release: the public publication that was given out, kept as it was given out.

No later build changes or deletes it. Beside it, for the person who signs and not inside what is given out, lies a
report on what is hidden and why.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration import ledger
from orchestration.errors import UserError
from orchestration.filesystem import (
    TEMPORARY_SUFFIX,
    flush_to_disk,
    private_directory,
    private_file,
    write_private_text,
)
from orchestration.publish import whole
from orchestration.publish.publication import DATABASE, PUBLIC, read_manifest
from orchestration.reports.page import environment, stylesheet
from orchestration.settings import Settings

NOTE = "release.json"
REPORT = "suppression_report.html"

SMALL = "small itself"
PROTECTS = "protects another"
BELONGS = "belongs to a hidden figure"


@dataclass(frozen=True)
class Release:
    """What was given out: when (UTC, ISO 8601), by which account and why, and the report on what is hidden in it."""

    run_id: str
    released_at: str
    released_by: str
    because: str
    folder: Path
    report: Path
    is_new: bool


@dataclass(frozen=True)
class Hidden:
    """How many figures of one table are shown and hidden for an authority and year, and why; None where unknown."""

    la_name: str
    year: int
    table: str
    shown: int
    hidden: int
    small: int | None
    protecting: int | None
    belonging: int | None


@dataclass(frozen=True)
class Headline:
    """A headline figure that is hidden; no number is in it."""

    la_name: str
    year: int
    name: str
    because: str


def release(settings: Settings, because: str = "") -> Release:
    """Keep the current public publication whole as one that was given out; a run that was stays as it is.

    Raises UserError for a build as known at a date, and where nothing public is published. The caller holds the lock.
    """
    manifest = read_manifest(settings, PUBLIC)
    if settings.as_known_at or (manifest and manifest["as_known_at"]):
        raise UserError("A build as known at a date is not released; without CLA_AS_KNOWN_AT the current one is.")
    if manifest is None:
        raise UserError("There is no publication for the public to release; run `cla build` first.")
    run_id = manifest["run_id"]
    folder = settings.released / run_id
    is_new = not folder.exists()
    if is_new:
        _keep(settings, folder, run_id, " ".join(because.split()))
    note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    # A process that was killed right after the folder appeared left this to the next call.
    if not any(entry.action == "released" and entry.facts.get("run") == run_id for entry in ledger.entries(settings)):
        ledger.record(settings, "released", run=run_id, **({"because": note["because"]} if note["because"] else {}))
    return Release(**note, folder=folder, report=_report_of(folder), is_new=is_new)


def _keep(settings: Settings, folder: Path, run_id: str, because: str) -> None:
    """Copy the publication aside, write the notes, and let all of it appear by one renaming."""
    whole.remove_partial(private_directory(folder.parent))
    publication = settings.published_public.resolve()
    aside = private_directory(folder.with_name(f".{run_id}{whole.ASIDE}"))
    shutil.copytree(
        publication,
        aside,
        ignore=shutil.ignore_patterns(f"*{TEMPORARY_SUFFIX}", f".*{whole.ASIDE}"),
        dirs_exist_ok=True,
    )
    note = {
        "run_id": run_id,
        "released_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "released_by": ledger.account(),
        "because": because,
    }
    write_private_text(aside / NOTE, json.dumps(note, indent=2, ensure_ascii=False) + "\n")
    for path in [aside, *aside.rglob("*")]:
        if path.is_dir():
            path.chmod(0o700)
        else:
            private_file(path)
    flush_to_disk([path for path in aside.rglob("*") if path.is_file()])
    write_suppression_report(aside, settings.publications / run_id, note, _report_of(folder))
    aside.rename(folder)


def _report_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.{REPORT}")


def write_suppression_report(public: Path, internal: Path, note: dict[str, Any], path: Path) -> None:
    """Write what is hidden in a public publication and why, as a page for the person who signs.

    The reasons come from the publication for the staff of the same run, `internal`; where that is gone they are left
    out. No hidden number is in the page, and it is internal all the same: a reason tells more than a `c`.
    """
    has_reasons = (internal / DATABASE).exists()
    with duckdb.connect() as db:
        db.execute(f"attach {_text(public / DATABASE)} as public (read_only)")
        if has_reasons:
            db.execute(f"attach {_text(internal / DATABASE)} as internal (read_only)")
        db.execute(_WITH_REASONS if has_reasons else _WITHOUT_REASONS)
        tables = [Hidden(*row) for row in db.execute(_BY_TABLE.format(names=_other_tables(db))).fetchall()]
        headlines = [Headline(*row) for row in db.execute(_HEADLINES).fetchall()]
    page = (
        environment()
        .get_template(f"{REPORT}.j2")
        .render(note=note, tables=tables, headlines=headlines, has_reasons=has_reasons, css=stylesheet())
    )
    write_private_text(path, page)


def _other_tables(db: duckdb.DuckDBPyConnection) -> str:
    """Return a query of the tables whose figures are hidden because one beside them is."""
    found = db.execute(
        """
        select table_name from duckdb_columns()
        where database_name = 'public' and schema_name = 'marts'
            and column_name in ('la_code', 'period_end', 'is_suppressed')
            and table_name not in ('metric_values', 'metric_months')
        group by table_name having count(*) = 3
        order by table_name
        """
    ).fetchall()
    queries: Sequence[str] = [
        f"select la_code, period_end, '{name}' as table_name, is_suppressed, "
        f"case when is_suppressed then '{BELONGS}' end as because from public.marts.{name}"
        for (name,) in found
    ]
    return "".join(f"union all {query} " for query in queries)


def _text(path: Path) -> str:
    return "'" + path.as_posix().replace("'", "''") + "'"


_FIGURES = """
    select la_code, period_end, metric_id, breakdown, category, is_suppressed, 'metric_values' as table_name
    from public.marts.metric_values
    union all
    select la_code, period_end, metric_id, 'month', cast(month_ends_on as varchar), is_suppressed, 'metric_months'
    from public.marts.metric_months
"""

_WITH_REASONS = f"""
    create temporary table judged as
    with figures as ({_FIGURES}),

    exact as (
        select la_code, period_end, metric_id, breakdown, category, numerator, denominator
        from internal.marts.metric_values
        where period_type = 'financial_year'
        union all
        select la_code, period_end, metric_id, 'month', cast(month_ends_on as varchar), numerator, denominator
        from internal.marts.metric_months
    )

    select
        figures.*,
        case
            when not figures.is_suppressed then null
            when
                exact.numerator between 1 and 5
                or (
                    metrics.unit in ('percent', 'mean', 'median_months')
                    and exact.denominator between 1 and 5
                )
                or (metrics.unit = 'percent' and exact.denominator - exact.numerator between 1 and 5)
                then '{SMALL}'
            else '{PROTECTS}'
        end as because
    from figures
    left join exact using (la_code, period_end, metric_id, breakdown, category)
    left join public.marts.metric_catalogue as metrics using (metric_id)
"""

_WITHOUT_REASONS = f"""
    create temporary table judged as
    select *, case when is_suppressed then 'not known any more' end as because from ({_FIGURES})
"""

_BY_TABLE = f"""
    with figures as (
        select la_code, period_end, table_name, is_suppressed, because from judged
        {{names}}
    )

    select
        coalesce(min(authorities.la_name), figures.la_code),
        year(figures.period_end),
        figures.table_name,
        count(*) filter (where not figures.is_suppressed),
        count(*) filter (where figures.is_suppressed),
        count(*) filter (where figures.because = '{SMALL}'),
        count(*) filter (where figures.because = '{PROTECTS}'),
        count(*) filter (where figures.because = '{BELONGS}')
    from figures
    left join public.marts.dim_authority as authorities on figures.la_code = authorities.la_code
    group by figures.la_code, figures.period_end, figures.table_name
    order by
        figures.la_code,
        figures.period_end desc,
        case figures.table_name when 'metric_values' then 0 when 'metric_months' then 1 else 2 end,
        figures.table_name
"""

_HEADLINES = """
    select
        coalesce(min(authorities.la_name), judged.la_code),
        year(judged.period_end),
        coalesce(min(metrics.name), judged.metric_id),
        min(judged.because)
    from judged
    left join public.marts.dim_authority as authorities on judged.la_code = authorities.la_code
    left join public.marts.metric_catalogue as metrics on judged.metric_id = metrics.metric_id
    where judged.is_suppressed and judged.breakdown = 'all' and judged.category = 'all'
    group by judged.la_code, judged.period_end, judged.metric_id
    order by judged.la_code, judged.period_end desc, 3
"""
