"""A patient reader with a solver: which hidden numbers have only one value that fits everything that is public.

The attack of every build solves equations; this one also knows that no count is below 0 or broken, that a part is no
larger than its whole, and what was public before. It builds its own integer programmes from the rows that were
published. The true rows say which counts exist, which sums come out, and which numbers would harm somebody.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

from orchestration.publish.disclosure import Figure, Knowledge, Row, equations

TOGETHER = "Other categories, together"
SMALL = range(1, 6)
Unknown = tuple[str, Figure]
"""Which publication a hidden count stands in ('now' or 'before'), and which count it is."""
Line = dict[Unknown, int]


@dataclass
class Told:
    """What one publication tells of each count: its number, or None where it is hidden."""

    numbers: dict[Figure, float | None]
    truth: dict[Figure, float]
    together: list[tuple[list[Figure], float]]


@dataclass
class Pinned:
    """What the solver found: numbers with one value left, and those that lie within one of the truth."""

    exactly: list[str] = field(default_factory=list)
    within_one: list[str] = field(default_factory=list)
    looked_at: int = 0


def told_by(public: Iterable[Row], true: Iterable[Row], knowledge: Knowledge) -> Told:
    """Read a publication as it stands: a row that is not there tells nothing, one for several tells their sum."""
    shown = {row.key: row for row in public if not row.hidden}
    told = Told({}, {}, [])
    absent: dict[tuple[int, str, str], list[Figure]] = defaultdict(list)
    for row in true:
        for position, (figure, value) in enumerate(knowledge.counts_of(row)):
            told.truth[figure] = value or 0.0
            if row.key in shown:
                told.numbers[figure] = knowledge.counts_of(shown[row.key])[position][1]
            else:
                told.numbers.setdefault(figure, None)
                if position == 0:
                    absent[row.key[:3]].append(figure)
    for key, row in shown.items():
        if key[3] == TOGETHER and row.numerator is not None:
            told.together.append((absent[key[:3]], row.numerator))
    return told


def pinned(
    public: Sequence[Row],
    true: Sequence[Row],
    knowledge: Knowledge,
    before: tuple[Sequence[Row], Sequence[Row]] | None = None,
    elsewhere: Mapping[Figure, float] | None = None,
    *,
    how_closely: bool = False,
) -> Pinned:
    """Return the numbers of 1 to 5 that only one value fits, in what is public now and was public `before`.

    `before` is the last publication and its true rows, `elsewhere` what DfE prints; with `how_closely` also those are
    found that lie within one of the truth, which takes a search for each number.
    """
    now = told_by(public, true, knowledge)
    for figure, value in (elsewhere or {}).items():
        if now.truth.get(figure) == value:
            now.numbers[figure] = value
    programme = _Programme()
    programme.add("now", now, knowledge)
    of_children = {figure for row in true if knowledge.is_of_children(row) for figure, _ in knowledge.counts_of(row)}
    if before:
        programme.add("before", told_by(*before, knowledge), knowledge, same_as=now)
    return programme.pinned(
        [
            *(
                ({("now", figure): 1}, f"{figure} is {now.truth[figure]:g}")
                for figure, value in now.numbers.items()
                if value is None and figure in of_children and now.truth[figure] in SMALL
            ),
            *programme.small_rests,
        ],
        how_closely,
    )


class _Programme:
    """All that a reader knows, as equations and inequalities between hidden counts."""

    def __init__(self) -> None:
        self.truth: dict[Unknown, float] = {}
        self.lines: list[tuple[Line, float, float]] = []
        """A sum of unknowns with the least and the most that it can be."""
        self.small_rests: list[tuple[Line, str]] = []
        self._stands_for: dict[Unknown, Unknown] = {}
        self._known: dict[Unknown, float] = {}

    def add(self, name: str, told: Told, knowledge: Knowledge, same_as: Told | None = None) -> None:
        """Add a publication; a count that has not changed since `same_as` is the same unknown in both."""
        for figure, value in told.numbers.items():
            unknown = (name, figure)
            if same_as and figure in same_as.truth and same_as.truth[figure] == told.truth[figure]:
                self._stands_for[unknown] = ("now", figure)
                unknown = ("now", figure)
            self.truth[unknown] = told.truth[figure]
            if value is not None:
                self._known[unknown] = value
        sums, rests = equations(told.numbers, knowledge)
        for one in sums:
            if sum(sign * told.truth[figure] for figure, sign in one.items()) == 0:
                self._add(name, one, 0.0, 0.0)
        for row_of in told.together:
            figures, value = row_of
            self._add(name, dict.fromkeys(figures, 1), value, value)
        percentages = [{d: 1, n: -1} for n, d in _percentages(told, knowledge)]
        for one in [*rests, *percentages]:
            rest = sum(sign * told.truth[figure] for figure, sign in one.items())
            if rest < 0:
                continue
            self._add(name, one, 0.0, np.inf)
            if rest in SMALL and name == "now" and not all(knowledge.is_printed_total(figure) for figure in one):
                self.small_rests.append(
                    ({(name, figure): sign for figure, sign in one.items()}, f"the rest of {sorted(one)} is {rest:g}")
                )

    def _add(self, name: str, one: Mapping[Figure, int], least: float, most: float) -> None:
        line: Line = defaultdict(int)
        for figure, sign in one.items():
            unknown = self._stands_for.get((name, figure), (name, figure))
            line[unknown] += sign
        self.lines.append((dict(line), least, most))

    def pinned(self, questions: list[tuple[Line, str]], how_closely: bool) -> Pinned:
        """Ask for each sum of unknowns whether another value of it is possible."""
        lines = []
        for line, least, most in self.lines:
            constant = sum(sign * self._known[unknown] for unknown, sign in line.items() if unknown in self._known)
            unknowns = {unknown: sign for unknown, sign in line.items() if unknown not in self._known and sign}
            if unknowns:
                lines.append((unknowns, least - constant, most - constant))
        found = Pinned(looked_at=len(questions))
        asked: dict[int, list[tuple[Line, str]]] = defaultdict(list)
        groups, group_of = _groups([unknowns for unknowns, *_ in lines])
        free = []
        for line, sentence in questions:
            unknowns = {unknown: sign for unknown, sign in line.items() if unknown not in self._known}
            touched = {group_of.get(unknown, -1) for unknown in unknowns}
            if not unknowns:
                found.exactly.append(sentence)
            elif len(touched) == 1 and -1 not in touched:
                asked[touched.pop()].append((unknowns, sentence))
            else:
                free.append(sentence)  # counts of several groups move independently of each other
        for number, questions_of in asked.items():
            _Group([lines[index] for index in groups[number]], self.truth).ask(questions_of, found, how_closely)
        return found


def _percentages(told: Told, knowledge: Knowledge) -> set[tuple[Figure, Figure]]:
    pairs = set()
    for metric_id, known in knowledge.measures.items():
        if not known["denominator_measure"] or known["denominator_measure"] == "population":
            continue
        for year, measure, breakdown, category in told.numbers:
            if measure != known["numerator_measure"] or known["numerator_breakdown"] not in ("", breakdown):
                continue
            if known["numerator_category"] not in ("", category):
                continue
            of = "all" if known["numerator_breakdown"] else None
            whole = (
                year,
                known["denominator_measure"],
                known["denominator_breakdown"] or of or breakdown,
                known["denominator_category"] or of or category,
            )
            part = (year, measure, breakdown, category)
            if whole in told.numbers and whole != part and metric_id not in ("iro_caseload", "sdq_average"):
                pairs.add((part, whole))
    return {(n, d) for n, d in pairs if told.truth[n] <= told.truth[d]}


def _groups(lines: Sequence[Line]) -> tuple[list[list[int]], dict[Unknown, int]]:
    """Return the lines in groups that have no unknown in common, by their index, and the group of each unknown."""
    group_of: dict[Unknown, int] = {}
    members: dict[int, list[int]] = {}
    unknowns_of: dict[int, list[Unknown]] = {}
    for index, line in enumerate(lines):
        joined = {group_of[unknown] for unknown in line if unknown in group_of}
        target = min(joined, default=index)
        members.setdefault(target, []).append(index)
        unknowns_of.setdefault(target, [])
        for other in joined - {target}:
            members[target] += members.pop(other)
            for unknown in unknowns_of[other]:
                group_of[unknown] = target
            unknowns_of[target] += unknowns_of.pop(other)
        for unknown in line:
            if group_of.get(unknown) != target:
                group_of[unknown] = target
                unknowns_of[target].append(unknown)
    renumbered = {old: new for new, old in enumerate(members)}
    return list(members.values()), {unknown: renumbered[old] for unknown, old in group_of.items()}


class _Group:
    """One integer programme. Whatever solution it finds shows of many numbers at once that they have another value."""

    def __init__(self, lines: Sequence[tuple[Line, float, float]], truth: Mapping[Unknown, float]) -> None:
        self.columns = {unknown: index for index, unknown in enumerate(sorted({u for one, *_ in lines for u in one}))}
        self.true = np.array([truth[unknown] for unknown in self.columns])
        size = len(self.columns)
        self.highs = highspy.Highs()
        self.highs.silent()
        self.highs.addVars(size, np.zeros(size), np.full(size, 100_000.0))
        self.every = np.arange(size, dtype=np.int32)
        self.highs.changeColsIntegrality(size, self.every, np.ones(size, dtype=np.uint8))
        for one, least, most in lines:
            columns = np.array([self.columns[unknown] for unknown in one], dtype=np.int32)
            self.highs.addRow(least, most, len(columns), columns, np.array(list(one.values()), dtype=float))

    def ask(self, questions: list[tuple[Line, str]], found: Pinned, how_closely: bool) -> None:
        vectors = []
        for line, _ in questions:
            vector = np.zeros(len(self.columns))
            for unknown, sign in line.items():
                vector[self.columns[unknown]] += sign
            vectors.append(vector)
        matrix = np.array(vectors)
        least = most = matrix @ self.true
        rng = random.Random(0)
        for _ in range(6):
            # Away from the truth where nothing else was seen yet.
            undecided = (least == most).astype(float) * np.array([rng.choice((-1.0, 1.0)) for _ in questions])
            if not undecided.any():
                break
            values = matrix @ self._solve(undecided @ matrix)
            least, most = np.minimum(least, values), np.maximum(most, values)
        for index, (_, sentence) in enumerate(questions):
            if least[index] < most[index] and not how_closely:
                continue
            low = float(vectors[index] @ self._solve(vectors[index]))
            high = float(vectors[index] @ self._solve(-vectors[index]))
            if low == high:
                found.exactly.append(sentence)
            elif high - float(vectors[index] @ self.true) <= 1 and float(vectors[index] @ self.true) - low <= 1:
                found.within_one.append(sentence)

    def _solve(
        self, costs: "np.ndarray[tuple[int], np.dtype[np.float64]]"
    ) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        self.highs.changeColsCost(len(costs), self.every, costs)
        self.highs.run()
        assert self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal, "the truth itself is a solution"
        return np.round(np.asarray(self.highs.getSolution().col_value))
