"""The confidence limits in SQL against limits found by another way: by solving the equations that define them."""

import importlib.util
import math
import random
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).resolve().parents[2]
_SPEC = importlib.util.spec_from_file_location("lint_macros", PROJECT / "dbt_project/lint_macros/__init__.py")
assert _SPEC is not None
assert _SPEC.loader is not None
lint_macros = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(lint_macros)

Z = 1.959963984540054


def in_sql(macro: str, *values: float) -> float | None:
    names = ", ".join(f"cast({value} as double)" for value in values)
    arguments = ", ".join(f"'x{number}'" for number in range(len(values)))
    columns = ", ".join(f"x{number}" for number in range(len(values)))
    sql = lint_macros.ENVIRONMENT.from_string(f"{{{{ {macro}({arguments}) }}}}").render()
    row = duckdb.sql(f"select {sql} from (values ({names})) as given ({columns})").fetchone()
    assert row is not None
    return None if row[0] is None else float(row[0])


def root(function: Callable[[float], float], low: float, high: float) -> float:
    for _ in range(200):
        middle = (low + high) / 2
        if (function(low) < 0) == (function(middle) < 0):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def score_limits(numerator: int, denominator: int) -> tuple[float, float]:
    """The proportions whose score test just does not reject what was seen."""
    seen = numerator / denominator

    def score(proportion: float) -> float:
        return (seen - proportion) ** 2 - Z**2 * proportion * (1 - proportion) / denominator

    low = 0.0 if numerator == 0 else root(score, 0.0, seen)
    high = 1.0 if numerator == denominator else root(score, max(seen, 1e-9), 1.0)
    return 100 * low, 100 * high


def poisson_limits(count: int) -> tuple[float, float]:
    """The exact limits: the means under which so many, or so few, come about in 2.5 % of the years."""

    def at_most(number: int, mean: float) -> float:
        return math.fsum(math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(number + 1))

    low = 0.0 if count == 0 else root(lambda mean: 1 - at_most(count - 1, mean) - 0.025, 1e-9, float(count))
    return low, root(lambda mean: at_most(count, mean) - 0.025, max(count, 1e-9), 3.0 * count + 20)


def cases() -> list[tuple[int, int]]:
    chance = random.Random(4)
    drawn = [(chance.randint(0, size), size) for size in (chance.randint(1, 1200) for _ in range(30))]
    return [(0, 1), (1, 1), (0, 20), (20, 20), (1, 438), *drawn]


@pytest.mark.parametrize(("numerator", "denominator"), cases())
def test_the_limits_of_a_percentage_solve_the_score_equation(numerator: int, denominator: int) -> None:
    low, high = score_limits(numerator, denominator)
    assert in_sql("wilson_low", numerator, denominator) == pytest.approx(low, abs=1e-6)
    assert in_sql("wilson_high", numerator, denominator) == pytest.approx(high, abs=1e-6)


def test_nothing_divided_by_nothing_has_no_limits() -> None:
    assert in_sql("wilson_low", 0, 0) is None
    assert in_sql("wilson_high", 0, 0) is None


@pytest.mark.parametrize("count", [0, 5, 10, 13, 43, 95, 123, 438])
def test_the_limits_of_a_count_come_close_to_the_exact_ones(count: int) -> None:
    low, high = poisson_limits(count)
    assert in_sql("byar_low", count) == pytest.approx(low, rel=0.02, abs=1e-9)
    assert in_sql("byar_high", count) == pytest.approx(high, rel=0.01)
