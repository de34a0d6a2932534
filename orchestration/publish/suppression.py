"""Which numbers are hidden: the small ones, and the least important others without which readers could work them out.

Choosing what to hide beside the small numbers is the cell suppression problem of official statistics. It is solved here
as Kelly, Golden and Assad (Networks 22, 1992) propose and tau-ARGUS does: for each small number in turn the cheapest
other table is sought that readers could take for the true one. It differs from the truth in the small number, adds up
wherever the truth does, has no number below 0, and agrees with all that is shown. Where it differs nothing may be
shown; what was hidden before costs nothing. Each search is a small linear programme, solved by HiGHS.

What readers can add up is not decided here but in `suppression_sums`, nor what they would miss (`suppression_cells`).
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import highspy
import numpy as np
import pyarrow as pa

SMALL = range(1, 6)
_ROUND = 1e-6
_ALMOST_NOTHING = 1e-4
"""The cost of hiding what is hidden already: not nothing, so that no search wanders about."""
_NOTHING_MORE = 0.5
"""A search that costs less has hidden nothing that was shown before it: the least weight of a figure is 3."""
_CONTINUOUS, _INTEGER = 0, 1
_FAR = 6.0
"""How far a number may lie from the truth in a table that is taken for it."""


@dataclass(frozen=True)
class Cell:
    """A count of one authority and year, and what `suppression_cells` says of it."""

    value: float
    is_primary: bool
    was_hidden: bool
    is_known: bool
    is_printed_total: bool
    weight: float


@dataclass(frozen=True)
class Sum:
    """Counts by their number, each with its sign, and what is left when they are added."""

    kind: str
    terms: Mapping[int, int]
    left_over: float


@dataclass
class Hidden:
    """What is hidden of one authority, with the reason, and which small numbers could not be protected."""

    reasons: dict[int, str]
    unprotected: list[int] = field(default_factory=list)


def hidden_cells(cells: pa.Table, sums: pa.Table) -> pa.Table:
    """Return the numbers of the hidden cells, each with why: small, given_out (hidden before) or protects.

    `cells` and `sums` are the tables of these names in `models/suppression`, in any order: of tables that cost the same
    HiGHS finds another one when rows come in another order, and two builds must hide the same. Authorities do not
    depend on each other.
    """
    cells = cells.sort_by("cell_number")
    sums = sums.sort_by([("sum_number", "ascending"), ("cell_number", "ascending"), ("sign", "ascending")])
    cells_of: dict[str, dict[int, Cell]] = defaultdict(dict)
    columns = [one.name for one in fields(Cell)]
    for row in cells.select(["la_code", "cell_number", *columns]).to_pylist():
        cells_of[row["la_code"]][row["cell_number"]] = Cell(**{name: row[name] for name in columns})
    terms: dict[tuple[str, int], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    rest: dict[tuple[str, int], tuple[str, float]] = {}
    for row in sums.select(["la_code", "sum_number", "kind", "cell_number", "sign", "left_over"]).to_pylist():
        key = (row["la_code"], row["sum_number"])
        terms[key][row["cell_number"]] += row["sign"]
        rest[key] = (row["kind"], float(row["left_over"]))
    sums_of: dict[str, list[Sum]] = defaultdict(list)
    for key, of_sum in terms.items():
        sums_of[key[0]].append(Sum(rest[key][0], dict(of_sum), rest[key][1]))
    with ThreadPoolExecutor() as threads:  # HiGHS lets go of Python's lock while it searches
        found = list(threads.map(lambda la: choose(cells_of[la], sums_of[la]), sorted(cells_of)))
    reasons = {number: reason for one in found for number, reason in one.reasons.items()}
    return pa.table(
        {
            "cell_number": pa.array(sorted(reasons), pa.int64()),
            "reason": pa.array([reasons[number] for number in sorted(reasons)], pa.string()),
        }
    )


def choose(cells: Mapping[int, Cell], sums: Sequence[Sum]) -> Hidden:
    """Return what to hide of one authority's counts of all years, so that readers can tell none of the small ones."""
    reasons = {number: "small" for number, cell in cells.items() if cell.is_primary}
    reasons |= {number: "given_out" for number, cell in cells.items() if cell.was_hidden and number not in reasons}
    unprotected = []
    for system in _systems(cells, sums):
        search = _Search(system, reasons.keys())
        for position in sorted(system.sensitive, key=system.order_of_search):
            if position not in search.protected and not search.protect(position):
                unprotected.append(system.numbers[position])
        among_hidden = search.among_hidden()
        among_hidden.show_again()
        for position in among_hidden.hidden:
            reasons.setdefault(among_hidden.system.numbers[position], "protects")
    return Hidden({number: reason for number, reason in reasons.items() if number in cells}, unprotected)


@dataclass
class _System:
    """Numbers by their position, and the equations between them; what a sum leaves over is a number that nobody sees.

    Such a rest has a number below 0 for its name, and readers see it no more than a hidden count.
    """

    numbers: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    known: list[bool] = field(default_factory=list)
    sensitive: set[int] = field(default_factory=set)
    equations: list[dict[int, int]] = field(default_factory=list)

    def order_of_search(self, position: int) -> tuple[float, int]:
        """Return what puts those first that cost most to protect: the later ones find much hidden already."""
        cheapest = [
            min((self.weights[term] for term in terms if term != position), default=0.0)
            for terms in self.equations_of[position]
        ]
        return (-max(cheapest, default=0.0), self.numbers[position])

    def only(self, positions: Sequence[int]) -> "_System":
        """Return the system of some numbers, all others being fixed."""
        there = {index: position for position, index in enumerate(positions)}
        equations = [{there[at]: sign for at, sign in terms.items() if at in there} for terms in self.equations]
        return _System(
            [self.numbers[index] for index in positions],
            [self.values[index] for index in positions],
            [self.weights[index] for index in positions],
            [self.known[index] for index in positions],
            {there[index] for index in self.sensitive if index in there},
            [terms for terms in equations if terms],
        )

    @cached_property
    def twins(self) -> list[list[int]]:
        """Return the others that stand in the same equations: what one of two gains the other may lose, unseen."""
        alike: dict[tuple[tuple[int, int], ...], list[int]] = defaultdict(list)
        columns: list[list[tuple[int, int]]] = [[] for _ in self.numbers]
        for number, terms in enumerate(self.equations):
            for position, sign in terms.items():
                columns[position].append((number, sign))
        for position, column in enumerate(columns):
            alike[tuple(column)].append(position)
        return [[other for other in alike[tuple(column)] if other != at] for at, column in enumerate(columns)]

    @cached_property
    def equations_of(self) -> dict[int, list[dict[int, int]]]:
        found: dict[int, list[dict[int, int]]] = defaultdict(list)
        for terms in self.equations:
            for position in terms:
                found[position].append(terms)
        return found


def _systems(cells: Mapping[int, Cell], sums: Sequence[Sum]) -> list[_System]:
    """Return the equations in groups that share no number, those alone in which something must be protected."""
    equations: list[dict[int, int]] = []
    rests: dict[int, float] = {}
    secret = {number for number, cell in cells.items() if cell.is_primary and not cell.is_known}
    for one in sums:
        terms = {number: sign for number, sign in one.terms.items() if sign}
        if _is_far_apart(one, terms):
            continue
        # A table is held to the rule whether or not it adds up, and where nothing is left of a whole and its part, the
        # one may be guessed from the other.
        if one.left_over and one.kind != "table":
            rest = -1 - len(rests)
            rests[rest] = one.left_over
            terms[rest] = -1
            is_of_totals = all(cells[number].is_printed_total or cells[number].is_known for number in one.terms)
            if one.kind == "part" and abs(one.left_over) in SMALL and not is_of_totals:
                secret.add(rest)
        equations.append(terms)
    systems = []
    for group in _groups(equations):
        members = sorted({number for terms in group for number in terms})
        if not secret & set(members):
            continue
        position = {number: index for index, number in enumerate(members)}
        systems.append(
            _System(
                members,
                [rests[number] if number < 0 else cells[number].value for number in members],
                [0.0 if number < 0 else cells[number].weight for number in members],
                [number > 0 and cells[number].is_known for number in members],
                {position[number] for number in secret & set(members)},
                [{position[number]: sign for number, sign in terms.items()} for terms in group],
            )
        )
    return systems


def _is_far_apart(one: Sum, terms: Mapping[int, int]) -> bool:
    """Say whether a sum leaves so much that it limits nothing, or does not come out and so tells nothing."""
    if one.kind == "part" and one.left_over > 0:
        return one.left_over >= _FAR * len(terms)
    return one.kind != "table" and one.left_over != 0 and abs(one.left_over) not in SMALL


def _groups(equations: Sequence[dict[int, int]]) -> list[list[dict[int, int]]]:
    leader: dict[int, int] = {}

    def led_by(number: int) -> int:
        while leader.setdefault(number, number) != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    for first, *others in equations:
        for other in others:
            leader[led_by(other)] = led_by(first)
    groups: dict[int, list[dict[int, int]]] = defaultdict(list)
    for terms in equations:
        groups[led_by(next(iter(terms)))].append(terms)
    return list(groups.values())


class _Search:
    """The linear programme, kept between searches: each number may rise (first half of the columns) or fall."""

    def __init__(self, system: _System, hidden_numbers: Collection[int]) -> None:
        self.system = system
        self.size = len(system.values)
        self.hidden = {index for index, number in enumerate(system.numbers) if number < 0 or number in hidden_numbers}
        self.protected: dict[int, dict[int, int]] = {}
        """Each small number with the differences from the truth of a table that readers could take for it."""
        self._kept = set(self.hidden)
        self._bounds = [(0.0, 0.0) if system.known[index] else self._limits(index) for index in range(self.size)]
        self._highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        self._highs.silent()
        self._load()

    def protect(self, position: int) -> bool:
        """Hide what must be hidden so that this number cannot be told; return whether that is possible."""
        changes = self._other_table(position)
        if changes is None:
            return False
        self._remember(changes)
        for index in changes.keys() - self.hidden:
            self.hidden.add(index)
            columns = np.array([index, self.size + index], dtype=np.int32)
            self._highs.changeColsCost(2, columns, np.full(2, _ALMOST_NOTHING))
        return True

    def among_hidden(self) -> "_Search":
        """Return the search with what is hidden alone: whatever is shown moves in no other table."""
        there = {index: position for position, index in enumerate(sorted(self.hidden))}
        search = _Search(self.system.only(sorted(self.hidden)), {self.system.numbers[index] for index in self._kept})
        search.hidden = set(range(search.size))
        search.protected = {
            there[index]: {there[changed]: by for changed, by in changes.items()}
            for index, changes in self.protected.items()
        }
        return search

    def show_again(self) -> None:
        """Show what was hidden on the way and need not be: the most important first, each tried by itself."""
        for index in sorted(self.hidden - self._kept, key=lambda one: (-self.system.weights[one], one)):
            before = self._bounds[index]
            self._bound(index, 0.0, 0.0)
            instead = self._without([one for one, changes in self.protected.items() if index in changes])
            if instead is None:
                self._bound(index, *before)
                continue
            for changes in instead:
                self._remember(changes)
            self.hidden.discard(index)

    def _without(self, leaning: Sequence[int]) -> list[dict[int, int]] | None:
        """Return other tables for these numbers within the bounds as they are, or None where one of them has none."""
        found: list[dict[int, int]] = []
        for position in leaning:
            if any(position in changes for changes in found):
                continue
            changes = self._other_table(position)
            if changes is None:
                return None
            found.append(changes)
        return found

    def _remember(self, changes: dict[int, int]) -> None:
        for index in changes.keys() & self.system.sensitive:
            self.protected[index] = changes

    def _load(self) -> None:
        system, size = self.system, self.size
        upper = np.array([up for up, _ in self._bounds] + [down for _, down in self._bounds])
        self._highs.addVars(2 * size, np.zeros(2 * size), upper)
        # Of two numbers that would be missed alike the smaller one goes.
        costs = [
            _ALMOST_NOTHING if index in self.hidden else system.weights[index] + system.values[index] / 1000
            for index in range(size)
        ]
        self._highs.changeColsCost(2 * size, np.arange(2 * size, dtype=np.int32), np.array(costs + costs))
        for terms in system.equations:
            columns = np.array([*terms, *(index + size for index in terms)], dtype=np.int32)
            signs = np.array([*terms.values(), *(-sign for sign in terms.values())], dtype=float)
            self._highs.addRow(0.0, 0.0, len(columns), columns, signs)

    def _limits(self, index: int) -> tuple[float, float]:
        """Return how far a number may rise and fall: none is below 0, and readers suspect no 0 where a c stands."""
        value = self.system.values[index]
        if value < 0:
            return _FAR, _FAR
        if self.system.numbers[index] < 0:
            return _FAR, min(value, _FAR)
        return _FAR, min(max(value - 1, 0.0), _FAR)

    def _bound(self, index: int, up: float, down: float) -> None:
        self._bounds[index] = (up, down)
        self._highs.changeColBounds(index, 0.0, up)
        self._highs.changeColBounds(self.size + index, 0.0, down)

    def _other_table(self, position: int) -> dict[int, int] | None:
        """Return how the cheapest table that has another number here differs from the truth; None if there is none."""
        up, down = self._bounds[position]
        for twin in self.system.twins[position]:
            its_up, its_down = self._bounds[twin]
            if twin in self.hidden and min(up, its_down) >= 1:
                return {position: 1, twin: -1}
            if twin in self.hidden and min(down, its_up) >= 1:
                return {position: -1, twin: 1}
        cheapest: tuple[float, dict[int, int]] | None = None
        for lowest_rise, lowest_fall in ((1.0, 0.0), (0.0, 1.0)):
            if up < lowest_rise or down < lowest_fall or self._is_held(position, 1 if lowest_rise else -1):
                continue
            self._highs.changeColBounds(position, lowest_rise, up if lowest_rise else 0.0)
            self._highs.changeColBounds(self.size + position, lowest_fall, down if lowest_fall else 0.0)
            found = self._solved()
            self._bound(position, up, down)
            if found is not None and (cheapest is None or found[0] < cheapest[0]):
                cheapest = found
            if cheapest is not None and cheapest[0] < _NOTHING_MORE:
                break
        return None if cheapest is None else cheapest[1]

    def _is_held(self, position: int, by: int) -> bool:
        """Say whether in one equation alone the others cannot make good what this number gains or loses.

        Every second search would find no table, and four of five of those are known by this without one.
        """
        for terms in self.system.equations_of[position]:
            missing = terms[position] * by
            room = 0.0
            for index, sign in terms.items():
                if index != position:
                    up, down = self._bounds[index]
                    room += abs(sign) * (down if sign * missing > 0 else up)
                    if room >= abs(missing):
                        break
            else:
                return True
        return False

    def _solved(self) -> tuple[float, dict[int, int]] | None:
        """Return the cheapest solution with its cost; children come in whole numbers."""
        solution = self._run()
        if solution is not None and np.abs(solution[1] - np.round(solution[1])).max() > _ROUND:
            every = np.arange(2 * self.size, dtype=np.int32)
            self._highs.changeColsIntegrality(2 * self.size, every, np.full(2 * self.size, _INTEGER, dtype=np.uint8))
            solution = self._run()
            self._highs.changeColsIntegrality(2 * self.size, every, np.full(2 * self.size, _CONTINUOUS, dtype=np.uint8))
        if solution is None:
            return None
        cost, changes = solution
        whole = np.round(changes)
        return cost, {int(index): int(whole[index]) for index in np.nonzero(whole)[0]}

    def _run(self) -> "tuple[float, np.ndarray[Any, Any]] | None":
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = np.asarray(self._highs.getSolution().col_value)
        cost = float(self._highs.getInfo().objective_function_value)
        return cost, solution[: self.size] - solution[self.size :]
