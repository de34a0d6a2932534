"""What a reader can work out from the public figures: an attack by linear algebra, before anything is published.

It shares nothing with the models that hide numbers but the seeds, which say what anyone can know: which counts are the
same count, and which figures hold which others. It solves the published numbers for the hidden ones; the true numbers
only say afterwards whether it found a small one. Two hidden numbers in each of several sums may still be told by all of
these together: that is what this finds and a rule for each sum by itself cannot.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from typing import Any

import duckdb

from orchestration.errors import UserError
from orchestration.settings import REPOSITORY, Settings

Figure = tuple[str, str, str]
"""A metric (or the count it stands for), a breakdown and a category."""
SMALL = range(1, 6)
COUNTED_OF = ("percent", "mean", "median_months")


@dataclass(frozen=True)
class Row:
    """One row of metric_values of one authority and year, public or true."""

    metric_id: str
    breakdown: str
    category: str
    unit: str
    numerator: float | None
    denominator: float | None
    hidden: bool = False


@dataclass
class Knowledge:
    """What holds between counts, read from the seeds that say so in plain rows."""

    measures: Mapping[str, Mapping[str, str]]
    relations: Sequence[Mapping[str, str]]
    overlapping: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def from_seeds(cls) -> "Knowledge":
        """Read what ships with the project."""
        return cls(
            {row["metric_id"]: row for row in _seed("suppression_measures")},
            _seed("suppression_relations"),
            {
                (row["metric_id"], row["breakdown"])
                for row in _seed("suppression_breakdowns")
                if row["treatment"] == "not_additive"
            },
        )

    def count_of(self, row: Row, side: str) -> Figure | None:
        """Return which count stands in a row's numerator or denominator; None for the population and no count."""
        known = self.measures[row.metric_id]
        measure = known[f"{side}_measure"]
        if measure in ("", "population"):
            return None
        return (
            measure,
            known[f"{side}_breakdown"] or row.breakdown,
            known[f"{side}_category"] or row.category,
        )


def check(settings: Settings) -> int:
    """Attack the public tables of the warehouse; return how many hidden figures held out, or raise if one did not."""
    knowledge = Knowledge.from_seeds()
    hidden = 0
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        for (la_code,) in connection.execute(_AUTHORITIES).fetchall():
            public = _by_year(connection.execute(_PUBLIC, [la_code, la_code]).fetchall())
            true = _by_year(connection.execute(_TRUE, [la_code]).fetchall())
            for period_end, rows in public.items():
                if found := worked_out(rows, true[period_end], knowledge):
                    raise UserError(
                        f"Nothing public was published: {len(found)} small numbers can be worked out from the public "
                        f"figures of authority {la_code} for the year to {period_end}. Please tell the maintainers, "
                        "without any figure."
                    )
                hidden += sum(row.hidden for row in rows)
    return hidden


def counts(rows: Iterable[Row], knowledge: Knowledge) -> dict[Figure, float | None]:
    """Return every count that the rows tell, None where each row that tells it is hidden."""
    told: dict[Figure, float | None] = {}
    for row in rows:
        for side, value in (("numerator", row.numerator), ("denominator", row.denominator)):
            figure = knowledge.count_of(row, side)
            if figure is None or (side == "numerator" and row.unit == "median_months"):
                continue
            if side == "denominator" and row.unit not in COUNTED_OF:
                continue
            shown = None if row.hidden else value
            if told.get(figure) is None:
                told[figure] = shown
            else:
                assert shown is None or shown == told[figure], f"{figure} is told twice and differently"
    return told


def equations(told: Iterable[Figure], knowledge: Knowledge) -> tuple[list[dict[Figure, int]], list[dict[Figure, int]]]:
    """Return the sums that must come out, whole less parts, and those that leave a number of its own."""
    by_table: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    known = set(told)
    for figure in known:
        by_table[figure[:2]].append(figure)
    sums = [
        {(measure, "all", "all"): 1, **dict.fromkeys(parts, -1)}
        for (measure, breakdown), parts in by_table.items()
        if breakdown != "all" and (measure, "all", "all") in known and (measure, breakdown) not in knowledge.overlapping
    ]
    rests: list[dict[Figure, int]] = []
    relations: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for term in knowledge.relations:
        relations[term["relation"]].append(term)
    for terms in relations.values():
        starred = [term for term in terms if term["category"] == "*"]
        categories = (
            {figure[2] for figure in known if figure[:2] == (starred[0]["measure"], starred[0]["breakdown"])}
            if starred
            else {""}
        )
        for category in categories:
            signs = {
                (term["measure"], term["breakdown"], category if term["category"] == "*" else term["category"]): int(
                    term["sign"]
                )
                for term in terms
            }
            present = {figure: sign for figure, sign in signs.items() if figure in known}
            if {figure[0] for figure in present} == {figure[0] for figure in signs}:
                (sums if terms[0]["kind"] == "whole" else rests).append(present)
    return sums, rests


def worked_out(public: Sequence[Row], true: Sequence[Row], knowledge: Knowledge) -> list[str]:
    """Return what the public rows give away: counts of 1 to 5, and differences of 1 to 5."""
    told, truth = counts(public, knowledge), counts(true, knowledge)
    unknown = sorted(figure for figure, value in told.items() if value is None)
    sums, rests = equations(told, knowledge)
    # Returns that contradict each other may not add up; what does not come out tells nothing.
    solved = _reduced([_unknown(one, told) for one in sums if _rest(one, truth) == 0])
    found = [
        f"{figure} is {truth[figure]:g}"
        for figure in unknown
        if truth[figure] in SMALL and _follows({figure: Fraction(1)}, solved)
    ]
    found += [f"{figure} is shown as {value:g}" for figure, value in told.items() if value in SMALL]
    for one in rests:
        if abs(_rest(one, truth)) in SMALL and _follows(_unknown(one, told), solved):
            found.append(f"the rest of {sorted(one)} is {_rest(one, truth):g}")
        # Where nothing is left over, the one may be guessed from the other.
        alone = [figure for figure in one if told[figure] is None]
        if _rest(one, truth) == 0 and len(alone) == 1 and truth[alone[0]] in SMALL:
            found.append(f"{alone[0]} is probably {truth[alone[0]]:g}")
    for row in true:
        numerator, denominator = knowledge.count_of(row, "numerator"), knowledge.count_of(row, "denominator")
        if row.unit != "percent" or numerator is None or denominator is None or numerator not in told:
            continue
        if (row.denominator or 0) - (row.numerator or 0) in SMALL:
            combination: dict[Figure, Fraction] = defaultdict(Fraction)
            for figure, sign in ((denominator, 1), (numerator, -1)):
                if told.get(figure) is None:
                    combination[figure] += sign
            if _follows(combination, solved):
                found.append(f"what {numerator} lacks of {denominator}")
    return found


def _rest(one: Mapping[Figure, int], truth: Mapping[Figure, float | None]) -> float:
    return sum(sign * (truth[figure] or 0) for figure, sign in one.items())


def _unknown(one: Mapping[Figure, int], told: Mapping[Figure, float | None]) -> dict[Figure, Fraction]:
    return {figure: Fraction(sign) for figure, sign in one.items() if told[figure] is None}


def _reduced(system: Iterable[Mapping[Figure, Fraction]]) -> dict[Figure, dict[Figure, Fraction]]:
    """Return the system in reduced row echelon form, each row by the unknown that leads it."""
    rows: dict[Figure, dict[Figure, Fraction]] = {}
    for equation in system:
        row = _less(dict(equation), rows)
        if not row:
            continue
        lead = min(row)
        row = {figure: factor / row[lead] for figure, factor in row.items()}
        for other, content in rows.items():
            if lead in content:
                rows[other] = _less(content, {lead: row})
        rows[lead] = row
    return rows


def _less(row: dict[Figure, Fraction], rows: Mapping[Figure, Mapping[Figure, Fraction]]) -> dict[Figure, Fraction]:
    for lead in sorted(set(row) & set(rows)):
        factor = row.get(lead, Fraction(0))
        if factor:
            for figure, weight in rows[lead].items():
                row[figure] = row.get(figure, Fraction(0)) - factor * weight
    return {figure: factor for figure, factor in row.items() if factor}


def _follows(combination: Mapping[Figure, Fraction], solved: Mapping[Figure, Mapping[Figure, Fraction]]) -> bool:
    """Say whether a combination of unknowns is fixed by the system; of no unknowns it is."""
    return not _less({figure: factor for figure, factor in combination.items() if factor}, solved)


_AUTHORITIES = "select distinct la_code from public_marts.public_metric_values order by la_code"
_PUBLIC = """
    select
        period_end, metric_id, breakdown, category, definitions.unit, figures.numerator, figures.denominator,
        is_suppressed
    from (
        select period_end, metric_id, breakdown, category, numerator, denominator, is_suppressed
        from public_marts.public_metric_values
        where la_code = ?
        union all
        select period_end, metric_id, 'month', cast(month_ends_on as varchar), numerator, denominator, is_suppressed
        from public_marts.public_metric_months
        where la_code = ?
    ) as figures
    inner join seeds.metric_definitions as definitions using (metric_id)
    order by period_end
"""
_TRUE = """
    select period_end, metric_id, breakdown, category, unit, numerator, denominator
    from suppression.suppression_figures
    where la_code = ?
    order by period_end
"""


def _by_year(rows: list[Any]) -> dict[Any, list[Row]]:
    return {year: [Row(*row[1:]) for row in of_year] for year, of_year in groupby(rows, key=lambda row: row[0])}


def _seed(name: str) -> list[dict[str, str]]:
    with (REPOSITORY / "seeds" / "suppression" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
