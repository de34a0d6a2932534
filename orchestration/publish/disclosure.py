"""What a reader can work out from the public figures: an attack by linear algebra, before anything is published.

It shares nothing with what hides the numbers but the seeds, which say what anyone can know: which counts are the same
count, which figures hold which others, and who was there, came and left. It solves the published numbers of all years
of an authority, those given out before and those of DfE's releases for the hidden ones; the true numbers only say
afterwards whether it found a small one. A sum by itself may tell nothing and several together all of it: that is what
this finds. What follows only because no count is below 0 or broken is looked for by a solver, in the tests.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np

from orchestration.errors import UserError
from orchestration.settings import REPOSITORY, Settings

Figure = tuple[int, str, str, str]
"""A collection year, a metric (or the count it stands for), a breakdown and a category."""
Terms = dict[Figure, int]
SMALL = range(1, 6)
COUNTED_OF = ("percent", "mean", "median_months")
_NOUGHT = 1e-7
"""What is nought but for rounding; a direction in which a number can still move is some thousandths at least."""


@dataclass(frozen=True)
class Row:
    """One row of metric_values of one authority, public or true."""

    metric_id: str
    breakdown: str
    category: str
    unit: str
    numerator: float | None
    denominator: float | None
    hidden: bool = False
    year: int = 2025

    @property
    def key(self) -> Figure:
        """Return which row it is, whatever its numbers are."""
        return (self.year, self.metric_id, self.breakdown, self.category)


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
            row.year,
            measure,
            known[f"{side}_breakdown"] or row.breakdown,
            known[f"{side}_category"] or row.category,
        )

    def counts_of(self, row: Row) -> list[tuple[Figure, float | None]]:
        """Return the counts that a row tells, each with its number."""
        sides = [("numerator", row.numerator)] if row.unit != "median_months" else []
        if row.unit in COUNTED_OF:
            sides.append(("denominator", row.denominator))
        counts = [(self.count_of(row, side), value) for side, value in sides]
        return [(figure, value) for figure, value in counts if figure is not None]

    def is_of_children(self, row: Row) -> bool:
        """Say whether a small number of the row could tell of a child; of workshops and audits it cannot."""
        return self.measures[row.metric_id].get("is_of_children", "true") == "true"

    def is_printed_total(self, figure: Figure) -> bool:
        """Say whether DfE prints this total of every authority, so that nothing is hidden to protect it."""
        _, measure, breakdown, _ = figure
        return breakdown == "all" and self.measures.get(measure, {}).get("importance") == "1"


def check(settings: Settings) -> int:
    """Attack the public tables of the warehouse; return how many hidden figures held out, or raise if one did not."""
    knowledge = Knowledge.from_seeds()
    hidden = 0
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        for (la_code,) in connection.execute(_AUTHORITIES).fetchall():
            public, true, elsewhere = (
                connection.execute(query, [la_code]).fetchall() for query in (_PUBLIC, _TRUE, _ELSEWHERE)
            )
            rows = [Row(*row) for row in public]
            known: dict[Figure, float] = {tuple(figure): value for *figure, value in elsewhere}
            if found := newly_told(rows, [Row(*row) for row in true], knowledge, known):
                raise UserError(
                    f"Nothing public was published: {len(found)} small numbers can be worked out from the public "
                    f"figures of authority {la_code}. Please tell the maintainers, without any figure."
                )
            hidden += sum(row.hidden for row in rows)
    return hidden


def counts(
    public: Iterable[Row], true: Iterable[Row], knowledge: Knowledge, known: Mapping[Figure, float] | None = None
) -> dict[Figure, float | None]:
    """Return every count there is, with its number where a row that tells it is shown or it is known from elsewhere.

    A row that the public does not get tells nothing, like one that is hidden. What is known from elsewhere counts where
    it is still so: a number that has changed since is another one.
    """
    shown = {row.key for row in public if not row.hidden}
    told: dict[Figure, float | None] = {}
    for row in true:
        for figure, value in knowledge.counts_of(row):
            if row.key in shown:
                assert told.get(figure) in (None, value), f"{figure} is told twice and differently"
                told[figure] = value
            elif (known or {}).get(figure) == value and value is not None:
                told[figure] = value
            else:
                told.setdefault(figure, None)
    return told


def equations(told: Iterable[Figure], knowledge: Knowledge) -> tuple[list[Terms], list[Terms]]:
    """Return the sums that must come out, whole less parts, and those that leave a number of its own."""
    by_table: dict[tuple[int, str, str], list[Figure]] = defaultdict(list)
    known = set(told)
    for figure in known:
        by_table[figure[:3]].append(figure)
    sums = [
        {(year, measure, "all", "all"): 1, **dict.fromkeys(parts, -1)}
        for (year, measure, breakdown), parts in by_table.items()
        if breakdown != "all"
        and (year, measure, "all", "all") in known
        and (measure, breakdown) not in knowledge.overlapping
    ]
    rests: list[Terms] = []
    relations: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for term in knowledge.relations:
        relations[term["relation"]].append(term)
    for year in sorted({figure[0] for figure in known}):
        for terms in relations.values():
            starred = [term for term in terms if term["category"] == "*"]
            categories = (
                {figure[3] for figure in by_table.get((year, starred[0]["measure"], starred[0]["breakdown"]), [])}
                if starred
                else {""}
            )
            for category in categories:
                signs = {
                    (
                        year - int(term.get("years_before", "0")),
                        term["measure"],
                        term["breakdown"],
                        category if term["category"] == "*" else term["category"],
                    ): int(term["sign"])
                    for term in terms
                }
                present = {figure: sign for figure, sign in signs.items() if figure in known}
                if {figure[:2] for figure in present} == {figure[:2] for figure in signs}:
                    (sums if terms[0]["kind"] == "whole" else rests).append(present)
    return sums, rests


def worked_out(
    public: Sequence[Row], true: Sequence[Row], knowledge: Knowledge, known: Mapping[Figure, float] | None = None
) -> list[str]:
    """Return what the public rows give away: counts of 1 to 5, and differences of 1 to 5.

    `true` has every row there is, `known` what readers know from elsewhere; a small number among that was told already.
    """
    told = counts(public, true, knowledge, known)
    truth = counts(true, true, knowledge)
    of_children = {figure for row in true if knowledge.is_of_children(row) for figure, _ in knowledge.counts_of(row)}
    shown = {row.key for row in public if not row.hidden}
    shown_small = {
        f"{figure} is shown as {value:g}"
        for row in true
        if row.key in shown and knowledge.is_of_children(row)
        for figure, value in knowledge.counts_of(row)
        if value in SMALL
    }
    sums, rests = equations(told, knowledge)
    # Returns that contradict each other may not add up; what does not come out tells nothing.
    solved = _Solved([_unknown(one, told) for one in sums if _rest(one, truth) == 0])
    found = [
        f"{figure} is {truth[figure]:g}"
        for figure, value in sorted(told.items())
        if value is None and figure in of_children and truth[figure] in SMALL and solved.tells({figure: 1})
    ]
    found += sorted(shown_small)
    for one in rests:
        if all(knowledge.is_printed_total(figure) for figure in one):
            continue
        if abs(_rest(one, truth)) in SMALL and solved.tells(_unknown(one, told)):
            found.append(f"the rest of {sorted(one)} is {_rest(one, truth):g}")
        # Where nothing is left over, the one may be guessed from the other.
        alone = [figure for figure in one if told[figure] is None]
        if _rest(one, truth) == 0 and len(alone) == 1 and truth[alone[0]] in SMALL:
            found.append(f"{alone[0]} is probably {truth[alone[0]]:g}")
    for row in true:
        numerator, denominator = knowledge.count_of(row, "numerator"), knowledge.count_of(row, "denominator")
        if row.unit != "percent" or numerator is None or denominator is None or numerator == denominator:
            continue
        if (row.denominator or 0) - (row.numerator or 0) in SMALL and solved.tells(
            _unknown({denominator: 1, numerator: -1}, told)
        ):
            found.append(f"what {numerator} lacks of {denominator}")
    return found


def newly_told(
    public: Sequence[Row], true: Sequence[Row], knowledge: Knowledge, known: Mapping[Figure, float]
) -> list[str]:
    """Return what the public rows give away that what is known from elsewhere did not give away without them.

    Traps a number that DfE or an earlier publication has told: it cannot be hidden, and must not stop every later one.
    """
    found = worked_out(public, true, knowledge, known)
    told_already = set(worked_out([], true, knowledge, known)) if found and known else set()
    return [sentence for sentence in found if sentence not in told_already]


def _rest(one: Mapping[Figure, int], truth: Mapping[Figure, float | None]) -> float:
    return sum(sign * (truth[figure] or 0) for figure, sign in one.items())


def _unknown(one: Mapping[Figure, int], told: Mapping[Figure, float | None]) -> Terms:
    return {figure: sign for figure, sign in one.items() if told[figure] is None}


class _Solved:
    """Equations between unknowns, solved in parts that have no unknown in common.

    Of each part the directions are kept in which its unknowns can move together and every equation still holds.
    """

    def __init__(self, system: Iterable[Terms]) -> None:
        self._part_of: dict[Figure, int] = {}
        self._position: dict[Figure, int] = {}
        self._directions: list[np.ndarray[Any, Any]] = []
        for number, part in enumerate(_parts([terms for terms in system if terms])):
            unknowns = sorted({figure for terms in part for figure in terms})
            self._position |= {figure: index for index, figure in enumerate(unknowns)}
            self._part_of |= dict.fromkeys(unknowns, number)
            matrix = np.zeros((len(part), len(unknowns)))
            for line, terms in enumerate(part):
                for figure, sign in terms.items():
                    matrix[line, self._position[figure]] = sign
            _, strengths, rows = np.linalg.svd(matrix)
            self._directions.append(rows[int((strengths > _NOUGHT).sum()) :])

    def tells(self, combination: Mapping[Figure, int]) -> bool:
        """Say whether a sum of unknowns is fixed by the equations; of no unknowns it is."""
        movement: dict[int, np.ndarray[Any, Any]] = {}
        for figure, sign in combination.items():
            part = self._part_of.get(figure)
            if part is None:
                return False
            moved = sign * self._directions[part][:, self._position[figure]]
            movement[part] = movement[part] + moved if part in movement else moved
        return all(np.abs(moved).max(initial=0.0) < _NOUGHT for moved in movement.values())


def _parts(system: Sequence[Terms]) -> list[list[Terms]]:
    """Return the equations in groups that have no unknown in common."""
    leader: dict[Figure, Figure] = {}

    def led_by(figure: Figure) -> Figure:
        while leader.setdefault(figure, figure) != figure:
            leader[figure] = leader[leader[figure]]
            figure = leader[figure]
        return figure

    for terms in system:
        first, *others = terms
        for other in others:
            leader[led_by(other)] = led_by(first)
    parts: dict[Figure, list[Terms]] = defaultdict(list)
    for terms in system:
        parts[led_by(next(iter(terms)))].append(terms)
    return list(parts.values())


_AUTHORITIES = "select distinct la_code from public_marts.public_metric_values order by la_code"
_PUBLIC = """
    select
        metric_id, breakdown, category, definitions.unit, figures.numerator, figures.denominator, is_suppressed,
        year(period_end)
    from (
        select la_code, period_end, metric_id, breakdown, category, numerator, denominator, is_suppressed
        from public_marts.public_metric_values
        union all
        select
            la_code, period_end, metric_id, 'month', cast(month_ends_on as varchar), numerator, denominator,
            is_suppressed
        from public_marts.public_metric_months
    ) as figures
    inner join seeds.metric_definitions as definitions using (metric_id)
    where la_code = ?
"""
_TRUE = """
    select metric_id, breakdown, category, unit, numerator, denominator, false, year(period_end)
    from suppression.suppression_figures
    where la_code = ?
"""
_ELSEWHERE = """
    select year(period_end), measure, breakdown, category, value
    from (
        select *, lowest_value as value from suppression.suppression_known
        union all
        select *, highest_value as value from suppression.suppression_known
    ) as known
    inner join suppression.suppression_cells using (la_code, period_end, measure, breakdown, category, value)
    where la_code = ?
"""


def _seed(name: str) -> list[dict[str, str]]:
    with (REPOSITORY / "seeds" / "suppression" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
