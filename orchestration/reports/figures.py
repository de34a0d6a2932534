"""The figures of one authority and year, read from a publication; nothing is computed here or after here."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import UserError

NEIGHBOURS = "Statistical neighbours"
ENGLAND = "England"
OWN = "Own figure"

COMPARABLE = ("percent", "rate_per_10000", "mean", "median_months")
"""Units that can be set beside another area's; the number of children in England says nothing beside a county's."""


@dataclass(frozen=True)
class Comparator:
    """What a figure is compared with: whose it is, and which published numbers it rests on."""

    name: str
    value: float | None
    display: str | None
    collection_year: int | None = None
    release: str | None = None
    neighbour_model: str | None = None
    method: str | None = None
    neighbours_counted: int | None = None
    neighbours_suppressed: int | None = None
    is_sparse: bool | None = None
    direction: str | None = None
    """How the figure lies to it as a reader sees both: higher, lower or same; null where either is no number."""
    position: str | None = None
    """The word of the marts for it: better or worse where one side is, similar or little difference where none is."""


TOGETHER = "Other categories, together"
"""The category of the public tables that stands for those that are not shown by themselves (macros/suppression)."""
HIDDEN = "c"


@dataclass(frozen=True)
class Figure:
    """One figure of the year with everything that a reader may ask of it."""

    metric_id: str
    breakdown: str
    category: str
    name: str
    unit: str
    value: float | None
    display: str
    numerator: float | None = None
    denominator: float | None = None
    denominator_source: str | None = None
    previous_value: float | None = None
    previous_display: str | None = None
    change: float | None = None
    relative_change: float | None = None
    direction: str | None = None
    """How it lies to the year before as a reader sees both: higher, lower or same."""
    position: str | None = None
    """The word of the marts for it: better or worse where one side is, similar or little change where none is."""
    status: str = "final"
    as_known_at: date | None = None
    comparators: tuple[Comparator, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what tells the figure from the others of its year."""
        return self.metric_id, self.breakdown, self.category

    @property
    def is_together(self) -> bool:
        """Say whether it stands for several categories, none of which is shown by itself."""
        return self.category == TOGETHER

    @property
    def is_residual(self) -> bool:
        """Say whether it stands for whatever has no name of its own: never the most frequent or the largest of all."""
        return self.is_together or self.category in ("OTHER", "Other", "Unknown") or self.category.startswith("Other,")

    def comparator(self, name: str) -> Comparator | None:
        """Return the comparator of that name, if DfE publishes one."""
        return next((comparator for comparator in self.comparators if comparator.name == name), None)


@dataclass(frozen=True)
class Metric:
    """A metric as the catalogue describes it."""

    metric_id: str
    name: str
    short_name: str
    unit: str
    polarity: str
    numerator: str | None
    denominator: str | None
    definition: str
    source: str


@dataclass(frozen=True)
class HeadlineFigure:
    """One of the figures that open a report, whether or not the year has it."""

    metric_id: str
    breakdown: str
    category: str
    name: str
    means: str


@dataclass(frozen=True)
class TrendPoint:
    """One year of one line of a trend."""

    series: str
    collection_year: int
    value: float | None
    display: str
    release: str | None


@dataclass(frozen=True)
class Month:
    """What one month adds to a year's figure."""

    month_ends_on: date
    numerator: float | None
    denominator: float | None
    value: float | None
    display: str


@dataclass(frozen=True)
class CurvePoint:
    """The share of a year's entrants who had left to permanence after so many months."""

    entry_year: int
    months: int
    numerator: float | None
    denominator: float | None
    value: float | None
    display: str


@dataclass(frozen=True)
class Revision:
    """A figure of the year that was published otherwise before."""

    name: str
    published_on: date
    before: str
    now: str | None
    because: str
    new_deliveries: str | None


class YearFigures:
    """Everything that the report of one authority and year is written from."""

    def __init__(
        self,
        *,
        la_code: str,
        la_name: str,
        year: int,
        figures: Iterable[Figure],
        metrics: Iterable[Metric],
        headlines: Iterable[HeadlineFigure] = (),
        region: str = "",
        trends: dict[tuple[str, str, str], list[TrendPoint]] | None = None,
        months: dict[str, list[Month]] | None = None,
        curve: Iterable[CurvePoint] = (),
        caseload_range: tuple[str, str] | None = None,
        officers_range: tuple[float, float] | None = None,
        revisions: Iterable[Revision] = (),
        is_synthetic: bool = False,
        published_at: str = "",
        run_id: str = "",
    ):
        self.la_code, self.la_name, self.year, self.region = la_code, la_name, year, region
        self.metrics = {metric.metric_id: metric for metric in metrics}
        self.headlines = list(headlines)
        self.trends, self.months, self.curve = trends or {}, months or {}, list(curve)
        self.caseload_range, self.officers_range, self.is_synthetic = caseload_range, officers_range, is_synthetic
        self.published_at, self.run_id = published_at, run_id
        self.revisions = list(revisions)
        self._figures = {figure.key: figure for figure in figures}

    def get(self, metric_id: str, breakdown: str = "all", category: str = "all") -> Figure | None:
        """Return one figure, or None where what it rests on was not delivered.

        A category that the public sees only together with others is there as one that is hidden.
        """
        found = self._figures.get((metric_id, breakdown, category))
        together = self._figures.get((metric_id, breakdown, TOGETHER))
        if found is None and together is not None:
            return replace(
                together,
                category=category,
                value=None,
                display=HIDDEN,
                numerator=None,
                denominator=None,
                previous_value=None,
                previous_display=None,
                change=None,
                relative_change=None,
                direction=None,
                position=None,
            )
        return found

    def of(self, metric_id: str, breakdown: str) -> list[Figure]:
        """Return the figures of all categories of a breakdown, in the order of the category list."""
        return [figure for key, figure in self._figures.items() if key[:2] == (metric_id, breakdown)]

    @property
    def all(self) -> list[Figure]:
        """Return every figure of the year."""
        return list(self._figures.values())

    @property
    def comparator_names(self) -> list[str]:
        """Return the comparators in the order in which they are always named."""
        return [NEIGHBOURS, ENGLAND, *([self.region] if self.region else [])]

    @property
    def comparator_year(self) -> int | None:
        """Return the year that most comparators of headlines are of; a figure with another one says so."""
        years = Counter(
            c.collection_year
            for figure in self.all
            for c in figure.comparators
            if c.collection_year and figure.breakdown == "all"
        )
        return years.most_common(1)[0][0] if years else None

    @property
    def has_previous(self) -> bool:
        """Say whether the year before was delivered at all."""
        return any(figure.previous_display is not None for figure in self.all)

    @property
    def is_provisional(self) -> bool:
        """Say whether any figure of the year rests on a return that is not final."""
        return any(figure.status == "provisional" for figure in self.all)

    @property
    def as_known_at(self) -> date | None:
        """Return the latest day on which anything behind the figures was extracted."""
        return max((figure.as_known_at for figure in self.all if figure.as_known_at), default=None)


def authorities_and_years(database: Path) -> dict[str, list[int]]:
    """Return which authorities a publication has, and which financial years of each, the latest last."""
    with duckdb.connect(str(database), read_only=True) as db:
        rows = db.execute(
            """
            select distinct la_code, extract(year from period_end)
            from marts.metric_values
            where period_type = 'financial_year'
            order by all
            """
        ).fetchall()
    found: dict[str, list[int]] = {}
    for la_code, year in rows:
        found.setdefault(la_code, []).append(int(year))
    return found


def read_figures(database: Path, la_code: str, year: int, manifest: dict[str, Any]) -> YearFigures:
    """Read the figures of a year from a publication, internal or public: its tables have the same names."""
    with duckdb.connect(str(database), read_only=True) as db:
        tables = {
            name
            for (name,) in db.execute("select table_name from duckdb_tables() where schema_name = 'marts'").fetchall()
        }
        period_end = date(year, 3, 31)
        rows = _dicts(db, _FIGURES, [la_code, period_end, date(year - 1, 3, 31)])
        if not rows:
            raise UserError(f"The publication has no figures of authority {la_code} for the year to 31 March {year}.")
        changes: dict[tuple[str, str, str], dict[str, Any]] = {}
        comparators: dict[tuple[str, str, str], list[Comparator]] = {}
        if "metric_changes" in tables:
            changes = {_key(row): row for row in _dicts(db, _CHANGES, [la_code, period_end])}
        if "metric_comparison" in tables:
            for row in _dicts(db, _COMPARATORS, [la_code, period_end]):
                comparators.setdefault(_key(row), []).append(_comparator(row))
        region = _region(db, la_code, tables)
        order = [NEIGHBOURS, ENGLAND, region]
        figures = []
        for row in rows:
            found = sorted(comparators.get(_key(row), []), key=lambda c: order.index(c.name) if c.name in order else 9)
            change = changes.get(_key(row), {})
            if "metric_changes" in tables and not change:
                # The public tables gather rare categories, and each year gathers others: they cannot be compared.
                row["previous_value"] = row["previous_display"] = None
            figures.append(
                Figure(
                    **row,
                    change=change.get("change"),
                    relative_change=change.get("relative_change_percent"),
                    direction=change.get("direction"),
                    position=change.get("position"),
                    comparators=tuple(found) if row["unit"] in COMPARABLE else (),
                )
            )
        return YearFigures(
            la_code=la_code,
            la_name=_one(db, "select max(la_name) from marts.metric_values where la_code = ?", [la_code]),
            year=year,
            region=region,
            figures=figures,
            metrics=[Metric(**row) for row in _dicts(db, _METRICS, [])],
            headlines=[HeadlineFigure(**row) for row in _dicts(db, _HEADLINES, [])],
            trends=_trends(db, la_code, year) if "metric_trends" in tables else {},
            months=_months(db, la_code, period_end) if "metric_months" in tables else {},
            curve=_curve(db, la_code, period_end) if "permanence_curve" in tables else [],
            caseload_range=_caseload_range(db, la_code, period_end),
            officers_range=_officers_range(db, la_code, period_end) if "iro_caseload_months" in tables else None,
            revisions=[Revision(**row) for row in _dicts(db, _REVISIONS, [la_code, period_end])]
            if "metric_revisions" in tables
            else [],
            is_synthetic=bool(
                _one(db, "select bool_or(is_synthetic) from marts.metric_values where la_code = ?", [la_code])
            ),
            published_at=str(manifest.get("published_at", "")),
            run_id=str(manifest.get("run_id", "")),
        )


# What reads the same is no news, whatever stands behind it.
_REVISIONS = """
select metrics.name, cast(revisions.previous_published_at as date) as published_on,
    revisions.previous_display as before, revisions.display_value as now, revisions.because, revisions.new_deliveries
from marts.metric_revisions as revisions
inner join marts.metric_catalogue as metrics on revisions.metric_id = metrics.metric_id
where revisions.la_code = $1 and revisions.period_end = $2 and revisions.period_type = 'financial_year'
    and revisions.breakdown = 'all' and revisions.display_value is distinct from revisions.previous_display
order by metrics.rank, revisions.revision_number
"""

_FIGURES = """
with previous as (
    select metric_id, breakdown, category, value, display_value
    from marts.metric_values
    where la_code = $1 and period_end = $3 and period_type = 'financial_year'
)

select
    figures.metric_id, figures.breakdown, figures.category, metrics.name, metrics.unit,
    figures.value, figures.display_value as display, figures.numerator, figures.denominator,
    figures.denominator_source, previous.value as previous_value, previous.display_value as previous_display,
    figures.status, figures.as_known_at
from marts.metric_values as figures
inner join marts.metric_catalogue as metrics on figures.metric_id = metrics.metric_id
left join previous
    on
        figures.metric_id = previous.metric_id
        and figures.breakdown = previous.breakdown
        and figures.category = previous.category
where figures.la_code = $1 and figures.period_end = $2 and figures.period_type = 'financial_year'
order by figures.metric_id, figures.breakdown, figures.category
"""

_CHANGES = """
select metric_id, breakdown, category, change, relative_change_percent, direction, verdict as position
from marts.metric_changes
where la_code = $1 and period_end = $2 and period_type = 'financial_year'
"""

_COMPARATORS = """
select
    metric_id, breakdown, category, comparator as name, comparator_value as value, comparator_display as display,
    comparator_collection_year as collection_year, release, neighbour_model, method, neighbours_counted,
    neighbours_suppressed, is_sparse, direction, verdict as position
from marts.metric_comparison
where la_code = $1 and period_end = $2 and period_type = 'financial_year'
"""

_METRICS = """
select metric_id, name, short_name, unit, polarity, numerator, denominator, definition, source
from marts.metric_catalogue
order by metric_id
"""


_HEADLINES = """
select metric_id, breakdown, category, name, means
from marts.metric_headlines
order by place
"""


def _trends(db: duckdb.DuckDBPyConnection, la_code: str, year: int) -> dict[tuple[str, str, str], list[TrendPoint]]:
    found: dict[tuple[str, str, str], list[TrendPoint]] = {}
    query = """
        select metric_id, breakdown, category, series_name, collection_year, value, display_value, release
        from marts.metric_trends
        where la_code = $1 and collection_year between $2 - 4 and $2 and series_name <> 'Published figure'
        order by all
    """
    for *key, series, collection_year, value, display, release in db.execute(query, [la_code, year]).fetchall():
        point = TrendPoint(series, collection_year, value, display, release)
        found.setdefault((key[0], key[1], key[2]), []).append(point)
    return found


def _months(db: duckdb.DuckDBPyConnection, la_code: str, period_end: date) -> dict[str, list[Month]]:
    found: dict[str, list[Month]] = {}
    query = """
        select metric_id, month_ends_on, numerator, denominator, value, display_value
        from marts.metric_months
        where la_code = $1 and period_end = $2
        order by all
    """
    for metric_id, *month in db.execute(query, [la_code, period_end]).fetchall():
        found.setdefault(metric_id, []).append(Month(*month))
    return found


def _curve(db: duckdb.DuckDBPyConnection, la_code: str, period_end: date) -> list[CurvePoint]:
    query = """
        select cast(extract(year from period_end) as integer), months_since_entry, numerator, denominator, value,
            display_value
        from marts.permanence_curve
        where la_code = $1 and period_end <= $2
        order by all
    """
    return [CurvePoint(*row) for row in db.execute(query, [la_code, period_end]).fetchall()]


def _caseload_range(db: duckdb.DuckDBPyConnection, la_code: str, period_end: date) -> tuple[str, str] | None:
    """Return the smallest and the largest caseload of the service at the year's month ends, as displayed."""
    query = """
        select arg_min(display_value, value), arg_max(display_value, value)
        from marts.metric_values
        where
            la_code = $1 and period_type = 'rolling_year' and metric_id = 'iro_caseload' and breakdown = 'all'
            and period_end > $3 and period_end <= $2
    """
    ((low, high),) = db.execute(query, [la_code, period_end, period_end.replace(year=period_end.year - 1)]).fetchall()
    return (low, high) if low is not None else None


def _officers_range(db: duckdb.DuckDBPyConnection, la_code: str, period_end: date) -> tuple[float, float] | None:
    """Return the smallest and the largest caseload of any one officer at the year's month ends."""
    query = """
        select min(caseload), max(caseload)
        from marts.iro_caseload_months
        where
            la_code = $1 and iro_key not in ('all', 'Unknown')
            and month_end > $3 and month_end <= $2
    """
    ((low, high),) = db.execute(query, [la_code, period_end, period_end.replace(year=period_end.year - 1)]).fetchall()
    return (low, high) if low is not None else None


def _region(db: duckdb.DuckDBPyConnection, la_code: str, tables: set[str]) -> str:
    """Return the region's name as its comparators have it, else as the list of authorities has it."""
    if "metric_comparison" in tables:
        query = """
            select max(comparator) from marts.metric_comparison
            where la_code = ? and comparator not in ('Statistical neighbours', 'England')
        """
        if name := _one(db, query, [la_code]):
            return str(name)
    if "dim_authority" in tables:
        return str(_one(db, "select max(region_name) from marts.dim_authority where la_code = ?", [la_code]) or "")
    return ""


def _comparator(row: dict[str, Any]) -> Comparator:
    return Comparator(**{name: row[name] for name in row if name not in ("metric_id", "breakdown", "category")})


def _key(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["metric_id"], row["breakdown"], row["category"]


def _dicts(db: duckdb.DuckDBPyConnection, query: str, parameters: list[Any]) -> list[dict[str, Any]]:
    result = db.execute(query, parameters)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _one(db: duckdb.DuckDBPyConnection, query: str, parameters: list[Any]) -> Any:
    return db.execute(query, parameters).fetchall()[0][0]
